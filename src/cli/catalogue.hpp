// The catalogue that a configuration asks for: what is installed, and folders of the operator's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/files.hpp"
#include "config/config.hpp"
#include "identity/identity.hpp"

namespace turnpike::cli {

/// The files of a folder of crawlers, or of one that has such a folder and unknown-bots.yaml beside
/// it, as `rules` has. Empty where there are none.
std::vector<identity::CatalogueFile> catalogue_files(const std::string& directory);

/// Null where something is wrong: `out` says what. Warnings may be there either way.
std::unique_ptr<const identity::Catalogue> load_catalogue(const config::Settings& settings,
                                                          Files& from, Diagnostics& out);
/// The same by the name of a turnpike.yaml; an empty name asks for what is installed. Says on
/// standard error what is wrong.
std::unique_ptr<const identity::Catalogue> load_catalogue(const std::string& config);

}  // namespace turnpike::cli

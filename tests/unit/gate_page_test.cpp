// Refusal pages: the installed one, and sites' own.
#include "gate/page.hpp"

#include <gtest/gtest.h>

namespace turnpike::gate {
namespace {

Message message() {
    Message said;
    said.title = "Access denied";
    said.reason = "This site denies AI crawlers.";
    said.id = "0123456789abcdef";
    return said;
}

TEST(Pages, TheInstalledOneSaysWhatIsKnownAndLoadsNothing) {
    const std::string page = Pages().render(nullptr, message());
    EXPECT_TRUE(page.starts_with("<!doctype html>\n<html lang=\"en\">")) << page;
    EXPECT_NE(page.find("<title>Access denied</title>"), std::string::npos);
    EXPECT_EQ(page.find("{{"), std::string::npos);
    EXPECT_EQ(page.find("Price"), std::string::npos);
    EXPECT_LT(page.size(), 2500u);
    for (const char* loaded : {"<script", "<img", "<link", "url(", "@import", "src="}) {
        EXPECT_EQ(page.find(loaded), std::string::npos) << loaded;
    }
}

TEST(Pages, EverySiteMayHaveItsOwn) {
    std::vector<Site> list(2);
    list[0].name = "installed";
    list[1].name = "own";
    list[1].refusal_page = {"own.html", "mine: {{id}}"};
    const Sites sites(std::move(list));
    Diagnostics out;
    const Pages pages(sites, out);
    EXPECT_TRUE(out.list().empty()) << out.to_string();
    for (const Site& site : sites.all()) {
        EXPECT_EQ(pages.has_own(&site), site.name == "own");
        const std::string page = pages.render(&site, message());
        EXPECT_EQ(page == "mine: 0123456789abcdef", site.name == "own") << page;
    }
}

TEST(Pages, AMistakeIsShownWithWhatMayBeSaid) {
    std::vector<Site> list(1);
    list[0].refusal_page = {"bad.html", "{{titel}}\n{{nonsense}}"};
    const Sites sites(std::move(list));
    Diagnostics out;
    const Pages pages(sites, out);
    EXPECT_EQ(out.to_string(),
              "bad.html:1:1: error: unknown value 'titel'\n"
              "    {{titel}}\n"
              "    ^ did you mean 'title'?\n"
              "bad.html:2:1: error: unknown value 'nonsense'\n"
              "    {{nonsense}}\n"
              "    ^ one of: status title reason client evidence crawler operator category forged "
              "assistant rule price site contact contact_url id\n");
    EXPECT_FALSE(pages.has_own(&sites.all()[0]));
}

}  // namespace
}  // namespace turnpike::gate

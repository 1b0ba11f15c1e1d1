# The Debian package: cpack -G DEB, which packaging/build-deb calls.
set(TURNPIKE_MAINTAINER "The Turnpike authors <turnpike@localhost.localdomain>"
    CACHE STRING "Who publishes the package")
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # or SOURCE_DATE_EPOCH
configure_file(debian/changelog.in changelog @ONLY)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME turnpike)
set(CPACK_PACKAGE_CONTACT ${TURNPIKE_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reverse proxy that keeps AI crawlers out")
set(CPACK_PACKAGE_DESCRIPTION
"Turnpike stands in front of websites, tells AI crawlers from everyone
else, and applies each site's own policy (allow, deny, pay, throttle)
before anything reaches the site.

Blocking AI crawlers is what it does when nobody configured anything.
Browsers, feed readers, search engines, link previews and git clients
get in. Every verdict explains itself, on the refusal page, in the log
and on the command line.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION httpd)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx | caddy, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "")
foreach(script conffiles postinst prerm postrm)
    list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/debian/${script})
endforeach()
# What only a package has is put beside the rest where it is staged.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/stage.cmake)
set(CPACK_TURNPIKE_DEBIAN ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(CPACK_TURNPIKE_CHANGELOG ${CMAKE_CURRENT_BINARY_DIR}/changelog)
include(CPack)

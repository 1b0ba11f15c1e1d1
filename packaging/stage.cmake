# Run by cpack between staging and packing: what Debian wants of a package beyond the files that are
# installed anyway.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(documents ${root}/usr/share/doc/turnpike)
file(COPY_FILE ${CPACK_TURNPIKE_DEBIAN}/copyright ${documents}/copyright)
file(COPY_FILE ${CPACK_TURNPIKE_CHANGELOG} ${documents}/changelog)
file(MAKE_DIRECTORY ${root}/usr/share/lintian/overrides)
file(COPY_FILE ${CPACK_TURNPIKE_DEBIAN}/lintian-overrides
     ${root}/usr/share/lintian/overrides/turnpike)
execute_process(COMMAND gzip -9n ${documents}/changelog ${root}/usr/share/man/man1/turnpike.1
                COMMAND_ERROR_IS_FATAL ANY)

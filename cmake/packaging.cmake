# The Debian package: cmake --build --preset release --target package
#
# Programs find share/chatmilter beside their own folder, so /usr/bin and
# /usr/share/chatmilter.  Only what has no value of a site in it is here; the
# rest is rendered by `chatmail`.

if(CHATMILTER_LIBRARIES_ONLY)
  return()
endif()

set(deb ${CMAKE_SOURCE_DIR}/deploy/deb)
set(generated ${CMAKE_BINARY_DIR}/deb)
file(MAKE_DIRECTORY ${generated})

install(TARGETS
  chatmail chatmail-milter chatmail-policyd chatmail-expire
  chatmail-quota-expire chatmail-fsreport doveauth_program lastlogin_program
  metadata_program newemail_program
  RUNTIME DESTINATION bin)
install(DIRECTORY rules/ DESTINATION share/chatmilter/rules
  FILES_MATCHING PATTERN "*.conf")
install(DIRECTORY corpus/ DESTINATION share/chatmilter/corpus
  PATTERN generate EXCLUDE PATTERN ".git*" EXCLUDE)
install(DIRECTORY deploy/www deploy/templates DESTINATION share/chatmilter)
install(DIRECTORY deploy/systemd/ DESTINATION lib/systemd/system
  FILES_MATCHING PATTERN "*.service" PATTERN "*.timer" PATTERN "*.path")
install(FILES deploy/systemd/chatmilter.sysusers DESTINATION lib/sysusers.d
  RENAME chatmilter.conf)
install(FILES deploy/systemd/chatmilter.tmpfiles DESTINATION lib/tmpfiles.d
  RENAME chatmilter.conf)
install(FILES ${deb}/completion.bash
  DESTINATION share/bash-completion/completions RENAME chatmail)
install(FILES ${deb}/lintian-overrides DESTINATION share/lintian/overrides
  RENAME chatmilter)
# The operator's own rules, and nothing else.
install(DIRECTORY DESTINATION /etc/chatmilter/rules.d)

# What Debian wants beside a package's files, compressed as it wants it.
function(compress source target)
  add_custom_command(OUTPUT ${target}
    COMMAND gzip -9 -n -c ${source} > ${target} DEPENDS ${source} VERBATIM)
endfunction()
set(compressed)
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.[18])
foreach(page IN LISTS pages)
  get_filename_component(name ${page} NAME)
  string(REGEX REPLACE ".*\\." "" section ${name})
  compress(${page} ${generated}/${name}.gz)
  list(APPEND compressed ${generated}/${name}.gz)
  install(FILES ${generated}/${name}.gz DESTINATION share/man/man${section})
endforeach()
set(VERSION ${PROJECT_VERSION})
configure_file(${deb}/changelog ${generated}/changelog @ONLY)
compress(${generated}/changelog ${generated}/changelog.gz)
list(APPEND compressed ${generated}/changelog.gz)
install(FILES ${generated}/changelog.gz DESTINATION share/doc/chatmilter)

# What dpkg runs, with the units and files that deploy/relay knows.
set(scripts)
foreach(name postinst prerm postrm)
  add_custom_command(OUTPUT ${generated}/${name}
    COMMAND maintainer_script ${deb}/${name} > ${generated}/${name}
    DEPENDS maintainer_script ${deb}/${name} VERBATIM)
  list(APPEND scripts ${generated}/${name})
endforeach()
add_custom_target(package_files ALL DEPENDS ${compressed} ${scripts})

file(READ ${CMAKE_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE "^MIT License\n\nCopyright[^\n]*\n\n" "" license
  "${license}")
string(STRIP "${license}" license)
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license "${license}")
file(READ ${deb}/copyright copyright)
file(WRITE ${generated}/copyright "${copyright} ${license}\n")
install(FILES ${generated}/copyright DESTINATION share/doc/chatmilter)

file(STRINGS ${deb}/description description)
list(POP_FRONT description summary)
list(JOIN description "\n" description)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME chatmilter)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The chatmilter authors <chatmilter@localhost.localdomain>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "${description}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${summary}")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(stock postfix dovecot-core dovecot-imapd dovecot-lmtpd
  "nginx-light | nginx" libnginx-mod-stream unbound dns-root-data coturn
  openssl ca-certificates curl systemd)
list(JOIN stock ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "acmetool")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "mtail, dovecot-auth-lua, redis-server")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${scripts})
include(CPack)

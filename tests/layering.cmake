# Fails when an include, or a DEPENDS, goes against the edges between the
# folders.  tests/layering_test.cmake shows that it does.
#   cmake -DSOURCE_DIR=$PWD -P tests/layering.cmake

cmake_minimum_required(VERSION 3.25)  # IN_LIST

set(allowed_mime mime)
set(allowed_dkim dkim mime)
set(allowed_rules rules)
set(allowed_policy policy mime dkim rules)
set(allowed_mailbox mailbox)
set(allowed_daemon daemon)
set(allowed_accounts accounts policy mime dkim rules mailbox daemon)
set(allowed_limits limits daemon)
set(allowed_milter milter accounts mime dkim rules policy mailbox daemon)
set(allowed_policyd policy/policyd accounts limits policy mime dkim rules
    mailbox daemon)
set(allowed_deploy deploy milter policy/policyd accounts limits policy mime
    dkim rules mailbox daemon)

# Targets that are not named as their folder is.
set(folder_of_milter_judging milter)
set(folder_of_admission deploy)
set(folder_of_ctl deploy)
set(folder_of_dict deploy)
set(folder_of_dict_server deploy)
set(folder_of_doveauth deploy)
set(folder_of_expire deploy)
set(folder_of_fsreport deploy)
set(folder_of_host deploy)
set(folder_of_installation deploy)
set(folder_of_http deploy)
set(folder_of_http_server deploy)
set(folder_of_lastlogin deploy)
set(folder_of_machine deploy)
set(folder_of_metadata deploy)
set(folder_of_moving deploy)
set(folder_of_relay deploy)
set(folder_of_sweep deploy)
set(folder_of_trial deploy)
set(folder_of_newemail deploy)
set(folder_of_webpage deploy)
set(folder_of_zone deploy)
set(folder_of_policyd policy/policyd)
set(folder_of_policyd_server policy/policyd)

set(violations 0)
set(includes_seen 0)
foreach(module mime dkim rules policy mailbox daemon accounts limits milter
        deploy)
  file(GLOB_RECURSE sources RELATIVE ${SOURCE_DIR}
    ${SOURCE_DIR}/${module}/*.h ${SOURCE_DIR}/${module}/*.cc)
  foreach(source IN LISTS sources)
    set(allowed ${allowed_${module}})
    if(source MATCHES "^policy/policyd/")
      set(allowed ${allowed_policyd})
    endif()
    file(STRINGS ${SOURCE_DIR}/${source} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[\"<]")
    foreach(line IN LISTS lines)
      string(REGEX REPLACE "^[^\"<]*[\"<]([^\">]+)[\">].*" "\\1" target
        "${line}")
      # <...> is a header of the system, unless a folder of ours is in front.
      if(line MATCHES "<" AND NOT target MATCHES
         "^(mime|dkim|rules|policy|mailbox|daemon|accounts|limits|milter|deploy|tests)/")
        continue()
      endif()
      math(EXPR includes_seen "${includes_seen} + 1")
      get_filename_component(folder "${target}" DIRECTORY)
      if(folder MATCHES "^policy/policyd")
        set(folder policy/policyd)
      else()
        string(REGEX REPLACE "/.*" "" folder "${folder}")
      endif()
      if(NOT folder IN_LIST allowed)
        message(SEND_ERROR "${source}: includes \"${target}\", an edge that "
          "ARCHITECTURE.md does not have")
        math(EXPR violations "${violations} + 1")
      endif()
    endforeach()
  endforeach()
endforeach()

foreach(module mime dkim rules policy mailbox daemon accounts limits milter
        deploy)
  file(GLOB_RECURSE lists RELATIVE ${SOURCE_DIR}
    ${SOURCE_DIR}/${module}/CMakeLists.txt)
  foreach(list IN LISTS lists)
    set(allowed ${allowed_${module}})
    if(list MATCHES "^policy/policyd/")
      set(allowed ${allowed_policyd})
    endif()
    file(READ ${SOURCE_DIR}/${list} text)
    string(REGEX REPLACE "#[^\n]*" "" text "${text}")
    string(REGEX MATCHALL "DEPENDS[ \n][^)]*" groups "${text}")
    foreach(group IN LISTS groups)
      string(REGEX MATCHALL "[^ \n]+" targets "${group}")
      foreach(target IN LISTS targets)
        set(folder ${target})
        if(DEFINED folder_of_${target})
          set(folder ${folder_of_${target}})
        endif()
        # What is no target of ours is a library of the system.
        if(DEFINED allowed_${target} OR DEFINED folder_of_${target})
          if(NOT folder IN_LIST allowed)
            message(SEND_ERROR "${list}: depends on ${target}, an edge that "
              "ARCHITECTURE.md does not have")
            math(EXPR violations "${violations} + 1")
          endif()
        endif()
      endforeach()
    endforeach()
  endforeach()
endforeach()

if(includes_seen EQUAL 0)
  message(FATAL_ERROR "no include was seen: is SOURCE_DIR right?")
endif()
message(STATUS "${includes_seen} includes, ${violations} against the layers")

# Shows that layering.cmake fails where it must, and nowhere else.
#   cmake -DFOLDER=SCRATCH -P tests/layering_test.cmake

cmake_minimum_required(VERSION 3.25)

# demand(FILE TEXT WORD): a tree with this file and a right one; WORD stands in
# the error, or there is none when it is empty.
function(demand file text word)
  file(REMOVE_RECURSE ${FOLDER})
  file(WRITE ${FOLDER}/dkim/right.cc "#include \"mime/parser.h\"\n")
  file(WRITE ${FOLDER}/${file} "${text}")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${FOLDER}
            -P ${CMAKE_CURRENT_LIST_DIR}/layering.cmake
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  string(FIND "${output}" "${word}" at)
  if(word STREQUAL "" AND status EQUAL 0)
    return()
  endif()
  if(NOT word STREQUAL "" AND NOT status EQUAL 0 AND NOT at EQUAL -1)
    return()
  endif()
  message(SEND_ERROR "${file} with ${text} came to ${status}: ${output}")
endfunction()

set(edge ", an edge that ARCHITECTURE.md does not have")

demand(dkim/a.h "#include \"dkim/b.h\"\n" "")
demand(dkim/a.h "#include <vector>\n" "")
demand(policy/a.cc "#include \"mime/parser.h\"\n" "")
demand(deploy/ctl/a.cc "#include \"milter/session.h\"\n" "")
demand(policy/policyd/a.cc "#include \"daemon/settings.h\"\n" "")
demand(dkim/CMakeLists.txt "add_module(dkim DEPENDS mime fmt::fmt)\n" "")

demand(mime/a.h "#include \"dkim/signer.h\"\n"
  "mime/a.h: includes \"dkim/signer.h\"${edge}")
demand(mime/deep/a.cc "  #  include <policy/judge.h>  // why\n"
  "mime/deep/a.cc: includes \"policy/judge.h\"${edge}")
demand(policy/a.cc "#include\t\"daemon/settings.h\"\n"
  "policy/a.cc: includes \"daemon/settings.h\"${edge}")
demand(policy/a.cc "#include \"policy/policyd/store.h\"\n"
  "policy/a.cc: includes \"policy/policyd/store.h\"${edge}")
demand(milter/a.cc "#include \"tests/milter/messages.h\"\n"
  "milter/a.cc: includes \"tests/milter/messages.h\"${edge}")
demand(milter/a.cc "#include \"session.h\"\n"
  "milter/a.cc: includes \"session.h\"${edge}")
demand(mime/CMakeLists.txt "add_module(mime SOURCES a.cc\n  DEPENDS fmt::fmt\n  dkim)\n"
  "mime/CMakeLists.txt: depends on dkim${edge}")
demand(policy/CMakeLists.txt "add_module(policy DEPENDS milter_judging)\n"
  "policy/CMakeLists.txt: depends on milter_judging${edge}")

# A tree in which nothing was looked at is no proof.
file(REMOVE_RECURSE ${FOLDER})
file(WRITE ${FOLDER}/dkim/empty.cc "\n")
execute_process(
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${FOLDER}
          -P ${CMAKE_CURRENT_LIST_DIR}/layering.cmake
  RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(status EQUAL 0)
  message(SEND_ERROR "a tree without an include passes")
endif()
file(REMOVE_RECURSE ${FOLDER})

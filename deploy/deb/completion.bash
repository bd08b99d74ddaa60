# bash completion for chatmail(1): what --help says, so that it is never out of
# date.

_chatmail() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local commands=() word help section=""
  COMPREPLY=()
  case $previous in
    --config | --dns | --manifest | --dkim-key | --package | --zonefile | --ini | --from)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return ;;
    --output | --rules | --emit | --root)
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return ;;
  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      [a-z]*) [[ $word =~ ^[a-z-]+$ ]] && commands+=("$word") ;;
    esac
  done
  # A word that is no subcommand ends the path to one.
  while ! help=$(command chatmail "${commands[@]}" --help 2> /dev/null); do
    [ ${#commands[@]} -eq 0 ] && return
    unset 'commands[-1]'
  done
  local words=()
  while IFS= read -r word; do
    case $word in
      Subcommands:*) section=subcommands ;;
      [A-Z]*:) section="" ;;
      "  -"*)
        for word in ${word//,/ }; do
          [[ $word == --* ]] && words+=("$word")
        done ;;
      "  "[a-z]*)
        [ "$section" = subcommands ] && { read -r word _ <<< "$word"
          words+=("$word"); } ;;
    esac
  done <<< "$help"
  mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
  [ ${#COMPREPLY[@]} -eq 0 ] &&
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -o bashdefault -F _chatmail chatmail

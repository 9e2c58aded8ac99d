# Bash's completion for nnlua: its options, the scripts, and a script's own options.

# The options of the program, as its --help lists them.
_nnlua_options() { "${1/#\~/$HOME}" --help 2>/dev/null | sed -n 's/^  \(-[^ ]*\) .*/\1/p'; }

# The options of a script: the names in its table nn.options {name = default, …}. The script is
# read, not run.
_nnlua_script_options() {
  [ -r "$1" ] && sed -n '/nn\.options/,/}/p' "$1" |
    grep -oE '[a-z][a-z0-9_]* *=' | sed 's/ *=//; s/_/-/g; s/^/--/; $a --help'
}

_nnlua() {
  local word=${COMP_WORDS[COMP_CWORD]} script='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -[el]) ((++i)) ;; # and its argument
    -?*) ;;
    *) script=${COMP_WORDS[i]} && break ;;
    esac
  done
  COMPREPLY=()
  if [ "$i" -gt "$COMP_CWORD" ]; then
    return # the argument of -e or -l
  elif [ -n "$script" ]; then
    [[ $word == -* ]] || return # a file, by default
    mapfile -t COMPREPLY < <(compgen -W "$(_nnlua_script_options "${script/#\~/$HOME}")" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_nnlua_options "$1")" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -X '!*.lua' -- "$word"; compgen -d -- "$word")
  fi
}

complete -o default -o filenames -F _nnlua nnlua

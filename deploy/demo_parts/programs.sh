# The demo's programs: building, starting, stopping, waiting. Sourced by deploy/demo.
# shellcheck shell=bash

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

build_programs() {
  local log=$BUILD/demo_build.txt
  mkdir -p "$BUILD"
  echo "Building in $BUILD (the first time takes some minutes; then there is nothing to do)."
  if ! { cmake -S "$SOURCE" -B "$BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release &&
    cmake --build "$BUILD" --target signpost signpost-hub signpost-node; } >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    fail "the build; the whole log is $log"
  fi
  PATH=$BUILD/bin:$PATH
}

# start NAME PROGRAM CONFIG: in the background, with its log and its process id in DEMO/NAME.
start() {
  local name=$1 program=$2 config=$3
  setsid "$BUILD/bin/$program" --config "$config" >>"$DEMO/$name/log" 2>&1 </dev/null &
  echo $! >"$DEMO/$name/pid"
}

# The process of DEMO/NAME/pid, if it still is one of these programs.
running() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 1
  case $(readlink "/proc/$pid/exe" 2>/dev/null) in
    */signpost-hub | */signpost-node | *" (deleted)") return 0 ;;
  esac
  return 1
}

stop() {
  local file=$DEMO/$1/pid tries=0
  running "$file" || { rm -f "$file"; return 0; }
  kill -TERM "$(cat "$file")" 2>/dev/null || true
  while running "$file" && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  if running "$file"; then kill -KILL "$(cat "$file")" 2>/dev/null || true; fi
  rm -f "$file"
}

# Nodes first, so that they leave the hub in peace.
stop_all() {
  local file
  for file in "$DEMO"/E*/pid "$DEMO"/custodian-*/pid "$DEMO"/hub/pid; do
    [ -e "$file" ] && stop "$(basename "$(dirname "$file")")"
  done
  return 0
}

# wait_until SECONDS WHAT COMMAND...: runs the command quietly until it succeeds.
wait_until() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "waited too long for: $what (logs: $DEMO/*/log)"
    sleep 0.2
  done
}

# N different free ports of the loopback interface.
free_ports() {
  python3 - "$1" <<'END'
import socket
import sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in held:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))
END
}

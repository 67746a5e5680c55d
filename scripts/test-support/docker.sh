# Sourced by scripts/test: a Docker engine for the tests, an own one only where none answers.

docker_dir=       # where our own engine keeps everything; empty: not ours
docker_service=   # set when we started the system's service
docker_cgroups=   # set when we mounted the cgroups

docker_answers() {
  local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
  case $host in
    unix://*) curl -sf -o /dev/null --max-time 5 --unix-socket "${host#unix://}" http://docker/_ping ;;
    tcp://*) curl -sf -o /dev/null --max-time 5 "http://${host#tcp://}/_ping" ;;
    *) docker info >/dev/null 2>&1 ;;
  esac
}

docker_start() {
  local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
  export TESTCONTAINERS_RYUK_DISABLED=true
  # In a container Testcontainers takes its gateway for the engine's host; a local engine is here.
  case $host in unix://*) export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 ;; esac
  if docker_answers || docker_use_left_over; then
    return
  fi
  docker_refuse_hopeless "$host"
  install_missing dockerd iptables
  if [ -d /run/systemd/system ]; then
    docker_service=started
    systemctl start docker
    docker_wait 30 || { echo "scripts/test: systemctl start docker: it does not answer" >&2; exit 3; }
    return
  fi
  docker_mount_cgroups
  docker_run "" || docker_run --storage-driver=vfs || exit 3
}

# An engine that an earlier run started and was killed before it could stop. It is used, and left
# running: another run may be using it, too.
docker_use_left_over() {
  local pid socket
  pid=$(docker_process) || return 1
  socket=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 's,^unix://\(.*/vmess-proxy-docker\..*\)$,\1,p')
  [ -S "$socket" ] || return 1
  (DOCKER_HOST=unix://$socket && docker_answers) || return 1
  export DOCKER_HOST=unix://$socket
}

# Each state a user can do something about has its own message.
docker_refuse_hopeless() {
  local host=$1 socket=${1#unix://} pid
  case $host in
    unix://*) ;;
    *) echo "scripts/test: Docker at DOCKER_HOST=$host does not answer" >&2 && exit 3 ;;
  esac
  if [ -S "$socket" ] && [ ! -w "$socket" ]; then
    echo "scripts/test: no permission on $socket: run as root, or join the group docker" >&2
    exit 3
  fi
  # A second engine takes over the first one's iptables chains and bridge: never start one beside it.
  if pid=$(docker_process); then
    echo "scripts/test: dockerd runs (process $pid) but does not answer at $host: restart or stop it" >&2
    exit 3
  fi
  if [ "$(id -u)" != 0 ]; then
    if has dockerd; then
      echo "scripts/test: Docker is installed but not running: start it, for instance systemctl start docker" >&2
    else
      echo "scripts/test: no Docker: install it (on Debian docker.io), start it, join the group docker" >&2
    fi
    exit 3
  fi
}

docker_process() {
  local comm
  for comm in /proc/[0-9]*/comm; do
    if [ "$(cat "$comm" 2>/dev/null)" = dockerd ]; then
      basename "$(dirname "$comm")"
      return 0
    fi
  done
  return 1
}

docker_mount_cgroups() {
  grep -Eq ' (cgroup|cgroup2) ' /proc/mounts && return
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  docker_cgroups=mounted
}

docker_run() {
  local option=$1
  docker_dir=$(mktemp -d "${TMPDIR:-/tmp}/vmess-proxy-docker.XXXXXX")
  export DOCKER_HOST=unix://$docker_dir/docker.sock
  PATH=$PATH:/usr/sbin:/sbin setsid nohup dockerd -H "$DOCKER_HOST" ${option:+"$option"} \
    --data-root "$docker_dir/data" --exec-root "$docker_dir/exec" --pidfile "$docker_dir/dockerd.pid" \
    >"$docker_dir/dockerd.log" 2>&1 </dev/null &
  if docker_wait 30 $!; then
    return 0
  fi
  echo "scripts/test: dockerd ${option:-with its own storage driver} did not start:" >&2
  tail -n 20 "$docker_dir/dockerd.log" >&2
  docker_stop_own
  return 1
}

# docker_wait SECONDS [PROCESS]: no longer than the process lives.
docker_wait() {
  local left=$(($1 * 5)) process=${2:-$$}
  while ! docker_answers; do
    left=$((left - 1))
    [ $left -gt 0 ] && kill -0 "$process" 2>/dev/null || return 1
    sleep 0.2
  done
}

docker_stop_own() {
  local pid left=100
  pid=$(cat "$docker_dir/dockerd.pid" 2>/dev/null) || pid=
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    kill "$pid"
    while [ -e "/proc/$pid" ] && [ $left -gt 0 ]; do
      left=$((left - 1))
      sleep 0.2
    done
  fi
  rm -rf --one-file-system "$docker_dir"
  docker_dir=
}

# The end of scripts/test, however it came: stops what docker_start started and nothing else.
docker_stop() {
  if [ -n "$docker_dir" ]; then docker_stop_own; fi
  if [ -n "$docker_service" ]; then systemctl stop docker.socket docker.service; fi
  if [ -n "$docker_cgroups" ]; then umount /sys/fs/cgroup; fi
}

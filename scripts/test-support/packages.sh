# Sourced by scripts/test: finds the tools, and on Debian, as root, installs those that are missing.

# Prints the home of a JDK: exactly 17, or at least the given release where that is higher.
find_jdk() {
  local wanted=$1 home release best=
  for home in "${JAVA_HOME:-}" "${JAVA_25_HOME:-}" /usr/lib/jvm/*; do
    [ -x "$home/bin/javac" ] && [ -f "$home/release" ] || continue
    release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "$wanted" = 17 ] && [ "$release" = 17 ]; then
      best=$home && break
    fi
    if [ "$wanted" != 17 ] && [ "${release:-0}" -ge "$wanted" ]; then
      best=$home && break
    fi
  done
  [ -n "$best" ] && echo "$best"
}

use_jdk_17() {
  JAVA_HOME=$(find_jdk 17)
  export JAVA_HOME
}

has() {
  case $1 in
    jdk) find_jdk 17 >/dev/null ;;
    nginx) command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] ;;
    dockerd) command -v dockerd >/dev/null || [ -x /usr/sbin/dockerd ] ;;
    iptables) command -v iptables >/dev/null || [ -x /usr/sbin/iptables ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

package_of() {
  case $1 in
    jdk) echo openjdk-17-jdk-headless ;;
    mvn) echo maven ;;
    cc) echo gcc libc6-dev ;;
    curl) echo curl ca-certificates ;;
    nginx) echo nginx-light ;;
    chromedriver) echo chromium-driver ;;
    dockerd) echo docker.io ;;
    *) echo "$1" ;;
  esac
}

# install_missing TOOL...: returns when all are there, else says what to do and exits with 3.
install_missing() {
  local tool packages=()
  for tool; do
    # shellcheck disable=SC2207 # names without blanks, several a tool
    has "$tool" || packages+=($(package_of "$tool"))
  done
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "scripts/test: missing; on Debian, as root: apt-get install ${packages[*]}" >&2
    exit 3
  fi
  echo "scripts/test: installing ${packages[*]}"
  apt_install "${packages[@]}"
}

apt_install() {
  # Some of these packages start a service when they are set up; the tests start their own.
  local guard=/usr/sbin/policy-rc.d guarded=false status=0
  if [ ! -e $guard ]; then
    printf '#!/bin/sh\nexit 101\n' >$guard
    chmod +x $guard
    guarded=true
  fi
  {
    { [ -n "${apt_updated:-}" ] || apt-get update -qq; } &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >"${TMPDIR:-/tmp}/vmess-proxy-apt.log" 2>&1 || status=$?
  apt_updated=true
  if $guarded; then rm -f $guard; fi
  if [ $status != 0 ]; then
    tail -n 20 "${TMPDIR:-/tmp}/vmess-proxy-apt.log" >&2
    echo "scripts/test: apt-get could not install $*" >&2
    exit 3
  fi
}

package io.vmessproxy.it.support;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a v2ray: a VMess server, or a client of one. */
final class V2rayConfig {
  private V2rayConfig() {}

  /** A server with the one user that all peers know. */
  static String server(String listen, int port, String rule) {
    return server(listen, port, List.of(VmessUser.AEAD), null, rule);
  }

  /**
   * A server. Names and addresses outside the tests lead nowhere, at once: browsers ask for many,
   * and a slow failure holds up their pages.
   *
   * @param detour a second inbound, to which the first one sends its clients
   * @param rule what may be reached, as fields of a v2ray routing rule
   */
  static String server(
      String listen, int port, List<VmessUser> users, @Nullable V2rayDetour detour, String rule) {
    return """
        {
          "log": {"loglevel": "info"},
          "dns": {"hosts": {"full:%s": "127.0.0.1"}, "servers": ["localhost"]},
          "inbounds": [{
            "tag": "main", "listen": "%s", "port": %d, "protocol": "vmess",
            "settings": {%s "clients": [%s]}
          } %s],
          "outbounds": [
            {"tag": "nowhere", "protocol": "blackhole"},
            {"tag": "%s", "protocol": "freedom"},
            {"tag": "out", "protocol": "freedom", "settings": {"domainStrategy": "UseIPv4"}}
          ],
          "routing": {"domainStrategy": "AsIs", "rules": [%s]}
        }
        """
        .formatted(
            Peer.NAME,
            listen,
            port,
            detour == null ? "" : "\"detour\": {\"to\": \"" + V2rayDetour.TAG + "\"},",
            users.stream().map(VmessUser::inInbound).collect(joining(", ")),
            detour == null ? "" : ", " + detour.inbound(listen),
            V2rayDetour.WAY_OUT,
            rule);
  }

  /**
   * A client on this machine: SOCKS5 with UDP, and nothing but the server behind it.
   *
   * @param mux at most as many streams on one connection, 0 for a connection each
   */
  static String client(int socksPort, int serverPort, VmessUser user, String security, int mux) {
    return """
        {
          "log": {"loglevel": "info"},
          "inbounds": [{
            "listen": "127.0.0.1", "port": %d, "protocol": "socks",
            "settings": {"auth": "noauth", "udp": true, "ip": "127.0.0.1"}
          }],
          "outbounds": [{
            "protocol": "vmess",
            "settings": {"vnext": [{"address": "127.0.0.1", "port": %d, "users": [%s]}]},
            "mux": {"enabled": %s, "concurrency": %d}
          }]
        }
        """
        .formatted(socksPort, serverPort, user.inOutbound(security), mux > 0, Math.max(1, mux));
  }

  /**
   * A client with these outbounds.
   *
   * @param outbounds an object that has nothing else: {@code {"outbounds":[...]}}
   */
  static String client(int socksPort, String outbounds) {
    return """
        {
          "log": {"loglevel": "info"},
          "inbounds": [{
            "listen": "127.0.0.1", "port": %d, "protocol": "socks",
            "settings": {"auth": "noauth", "udp": true, "ip": "127.0.0.1"}
          }],
          %s
        """
        .formatted(socksPort, outbounds.strip().substring(1));
  }
}

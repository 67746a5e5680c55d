package io.vmessproxy.it.support;

/** The configuration of a v2ray with one VMess inbound. */
final class V2rayConfig {
  private V2rayConfig() {}

  /**
   * Names and addresses outside the tests lead nowhere, at once: browsers ask for many, and a slow
   * failure holds up their pages.
   *
   * @param rule what may be reached, as fields of a v2ray routing rule
   */
  static String vmessInbound(String listen, int port, String rule) {
    return """
        {
          "log": {"loglevel": "info"},
          "dns": {"hosts": {"full:%s": "127.0.0.1"}, "servers": ["localhost"]},
          "inbounds": [{
            "listen": "%s", "port": %d, "protocol": "vmess",
            "settings": {"clients": [{"id": "%s", "alterId": 0}]}
          }],
          "outbounds": [
            {"tag": "nowhere", "protocol": "blackhole"},
            {"tag": "out", "protocol": "freedom", "settings": {"domainStrategy": "UseIPv4"}}
          ],
          "routing": {"domainStrategy": "AsIs", "rules": [%s]}
        }
        """
        .formatted(Peer.NAME, listen, port, Peer.USER, rule);
  }
}

package io.vmessproxy.client.link;

import java.util.Set;

/** The keys of v2rayN's JSON, its older and its other writers' words included. */
final class Form3Key {
  private static final Set<String> KNOWN =
      Set.of(
          "v",
          "ps",
          "add",
          "port",
          "id",
          "aid",
          "scy",
          "security",
          "net",
          "type",
          "host",
          "path",
          "tls",
          "sni",
          "peer",
          "serverName",
          "alpn",
          "fp",
          "insecure",
          "allowInsecure",
          "skip-cert-verify",
          "verify_cert",
          "vcn",
          "pcs",
          "ech",
          "fm");

  private Form3Key() {}

  /** Whether the reader knows it: it is then no extra of any dialect, or it would not come back. */
  static boolean isKnown(String key) {
    return KNOWN.contains(key);
  }
}

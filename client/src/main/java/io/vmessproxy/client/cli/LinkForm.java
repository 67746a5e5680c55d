package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.Locale;
import picocli.CommandLine.Option;

/** In which form {@code link} prints. */
final class LinkForm {
  private static final String TO = "--to";

  /** The forms. */
  enum Form {
    TEXT,
    JSON,
    LINK,
    URI,
    QR,
    VNEXT
  }

  @Option(
      names = TO,
      paramLabel = "FORM",
      description = {
        "text (for people), json (for programs), link (v2rayN's, which nearly every client reads),"
            + " uri (vmess://UUID@HOST:PORT...), qr (the link as a code in the terminal) or vnext"
            + " (V2Ray's outbounds). Default: text"
      })
  String to = "text";

  /** The word that was given. */
  String text() {
    return to;
  }

  /**
   * The form that was asked for.
   *
   * @throws SettingsException if there is none of that name
   */
  Form read(Given given) {
    for (Form form : Form.values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(to)) {
        return form;
      }
    }
    throw new SettingsException(
        "%s: \"%s\" (expected: text, json, link, uri, qr or vnext)"
            .formatted(given.name(TO), Masked.plain(to)));
  }
}

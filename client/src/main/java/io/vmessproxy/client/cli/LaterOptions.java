package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of an inbound that have a name already, but no code yet: to say so is the least. */
final class LaterOptions {
  @Option(names = "--transport", hidden = true)
  List<String> transport = List.of();

  @Option(names = "--path", hidden = true)
  List<String> path = List.of();

  @Option(names = "--host", hidden = true)
  List<String> host = List.of();

  @Option(names = "--service-name", hidden = true)
  List<String> serviceName = List.of();

  @Option(names = "--tls-cert", hidden = true)
  List<String> tlsCert = List.of();

  @Option(names = "--tls-key", hidden = true)
  List<String> tlsKey = List.of();

  /** Refuses them all, but the transport that there is. */
  void refuse(Given given) {
    for (String name : transport) {
      if (!name.equals("tcp")) {
        throw new SettingsException(
            "%s: \"%s\" is not supported yet (expected: tcp, the default)"
                .formatted(given.name("--transport"), Masked.plain(name)));
      }
    }
    refuse(given, "--path", path);
    refuse(given, "--host", host);
    refuse(given, "--service-name", serviceName);
    refuse(given, "--tls-cert", tlsCert);
    refuse(given, "--tls-key", tlsKey);
  }

  private static void refuse(Given given, String option, List<String> values) {
    if (!values.isEmpty()) {
      throw new SettingsException(
          given.name(option) + ": not supported yet (expected: an inbound over plain TCP)");
    }
  }
}

package io.vmessproxy.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The transport's settings that both ends must have in common. */
final class TransportOptions {
  static final String TRANSPORT = "--transport";
  static final String PATH = "--path";
  static final String HOST = "--host";
  static final String SERVICE_NAME = "--service-name";

  @Option(
      names = TRANSPORT,
      paramLabel = "NAME",
      order = 21,
      description = "What carries VMess: " + TransportText.NAMES + ". Default: tcp")
  List<String> transports = List.of();

  @Option(
      names = PATH,
      paramLabel = "PATH",
      order = 22,
      description = "The path of ws, httpupgrade, h2 or http-header. Default: /")
  List<String> paths = List.of();

  @Option(
      names = HOST,
      paramLabel = "NAME",
      order = 23,
      description =
          "The host name that ws, httpupgrade, h2, http-header or grpc ask for. Default: the"
              + " server's; on a server, any")
  List<String> hosts = List.of();

  @Option(
      names = SERVICE_NAME,
      paramLabel = "NAME",
      order = 24,
      description = "The service of grpc, as the other end has it.")
  List<String> serviceNames = List.of();

  /** The values by option, those of the environment for what was not given. */
  Map<String, List<String>> values() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    values.put(TRANSPORT, transports);
    values.put(PATH, paths);
    values.put(HOST, hosts);
    values.put(SERVICE_NAME, serviceNames);
    return values;
  }
}

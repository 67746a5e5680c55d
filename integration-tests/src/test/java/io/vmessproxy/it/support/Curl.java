package io.vmessproxy.it.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * curl as the application behind the proxy.
 *
 * @param directory for what it downloads
 */
public record Curl(Path directory) {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /**
   * What came.
   *
   * @param exit curl's exit code
   * @param statuses of the HTTP answers, one for each URL, 0 where there was none; where a CONNECT
   *     failed, of the proxy's answer to it
   * @param body in a file, which does not exist when there was none
   * @param error what curl had to say
   */
  public record Answer(int exit, List<Integer> statuses, Path body, String error) {
    /** The status of the only answer. */
    public int status() {
      return statuses.get(0);
    }

    /** The body as text. */
    public String text() throws IOException {
      return Files.exists(body) ? Files.readString(body, StandardCharsets.UTF_8) : "";
    }

    /** The body's length and SHA-256. */
    public String summary() throws IOException {
      return TestBytes.summary(body);
    }
  }

  /** Asks for a URL through the proxy, with more options of curl's. */
  public Answer get(FrontEnd frontEnd, int proxyPort, String url, String... options)
      throws IOException {
    Path body = Files.createTempFile(directory, "curl", ".body");
    Files.delete(body);
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--max-time", "" + LIMIT.toSeconds()));
    // --noproxy: a no_proxy in the environment would let curl go around the proxy.
    command.addAll(List.of("--noproxy", "", "-o", body.toString()));
    command.addAll(List.of("-w", "%{http_connect} %{http_code}\n"));
    command.addAll(frontEnd.curlOptions(proxyPort));
    command.addAll(List.of(options));
    command.add(url);
    try (ManagedProcess curl = ManagedProcess.start("curl", command, Map.of())) {
      int exit = curl.awaitExit(LIMIT.plusSeconds(5));
      return new Answer(exit, curl.out().lines().map(Curl::status).toList(), body, curl.err());
    }
  }

  private static int status(String connectAndAnswer) {
    int blank = connectAndAnswer.indexOf(' ');
    int status = Integer.parseInt(connectAndAnswer.substring(blank + 1));
    return status == 0 ? Integer.parseInt(connectAndAnswer.substring(0, blank)) : status;
  }

  /** Posts a file through the proxy. */
  public Answer upload(FrontEnd frontEnd, int proxyPort, String url, Path file) throws IOException {
    return get(frontEnd, proxyPort, url, "-X", "POST", "-T", file.toString());
  }
}

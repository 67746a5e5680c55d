package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.FormatException;
import com.google.zxing.ReaderException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(20)
final class LinkCommandTest {
  private static final String WS =
      "vmess://"
          + ID
          + "@l.example:443?type=ws&path=%2Fray%3Fed%3D2048&host=cdn.example&security=tls"
          + "&allowInsecure=1&fp=chrome#Caf%C3%A9";
  private static final String PLAIN = "vmess://" + ID + "@[2001:db8::1]:80#P";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String input = "";

  private int link(String... args) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    CommandLine commandLine =
        Main.commandLine(new RunCommand(), Map.of(), new ByteArrayInputStream(bytes));
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Main.execute(
        commandLine, Stream.concat(Stream.of("link"), Stream.of(args)).toArray(String[]::new));
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  @Test
  void printsALinkForPeople() {
    assertThat(link(WS, PLAIN)).isZero();

    assertThat(lines())
        .containsExactly(
            "Café",
            "  server     l.example:443",
            "  id         " + ID,
            "  alterId    0",
            "  security   auto",
            "  transport  ws, path /ray, host cdn.example, early data of 2048 bytes in"
                + " Sec-WebSocket-Protocol",
            "  tls        name cdn.example (from the host), insecure, fingerprint chrome",
            "  warning    its certificate is not checked; whoever is on the path can pose as the"
                + " server",
            "  warning    the browser's TLS fingerprint it asks for is not imitated",
            "",
            "P",
            "  server     [2001:db8::1]:80",
            "  id         " + ID,
            "  alterId    0",
            "  security   auto",
            "  transport  tcp",
            "  tls        none");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysThatAnOptionBehindALinkDoesNotChangeIt() {
    assertThat(link("--to", "uri", PLAIN, "--tls", "--sni", "a.example")).isEqualTo(2);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).startsWith("--tls: \"true\" has no --server before it");
  }

  @Test
  void printsJsonForPrograms() {
    assertThat(link("--to", "json", PLAIN)).isZero();

    assertThat(out.toString())
        .startsWith("[")
        .contains("\"server\": \"2001:db8::1\"", "\"uuid\": \"" + ID + "\"", "\"tls\": null");
  }

  @Test
  void printsLinksThatAreReadAgain() {
    assertThat(link("--to", "link", WS, PLAIN)).isZero();
    String[] written = lines().toArray(String[]::new);
    out.getBuffer().setLength(0);

    assertThat(
            link(
                Stream.concat(Stream.of("--to", "uri"), Stream.of(written)).toArray(String[]::new)))
        .isZero();

    assertThat(lines())
        .containsExactly(
            "vmess://"
                + ID
                + "@l.example:443?type=ws&host=cdn.example&path=%2Fray%3Fed%3D2048&security=tls"
                + "&fp=chrome&allowInsecure=1#Caf%C3%A9",
            PLAIN);
  }

  @Test
  void printsWhatTheOptionsOfACommandLineSay() {
    assertThat(link("--to", "uri", WS, "-s", "a:1", "-u", ID + ",security=zero", "--tag", "A"))
        .isZero();

    assertThat(lines()).hasSize(2).last().isEqualTo("vmess://" + ID + "@a:1?encryption=zero#A");
  }

  @Test
  void saysWhatAFormCannotTell() {
    assertThat(link("--to", "link", "-s", "a:1", "-u", ID, "--mux", "8", "--udp-mode", "xudp"))
        .isZero();

    assertThat(lines()).hasSize(1);
    assertThat(err.toString().lines())
        .containsExactly("a:1: --to link cannot tell its packetEncoding, mux");
  }

  @Test
  void refusesAFormThatWouldLoseTheAlterId() {
    assertThat(link("--to", "uri", "-s", "a:1", "-u", ID + ",alterId=4", "-s", "b:1", "-u", ID))
        .isEqualTo(ExitCode.USAGE);

    assertThat(lines()).containsExactly("vmess://" + ID + "@b:1");
    assertThat(err.toString().lines())
        .containsExactly(
            "a:1: aid: 4 cannot be told in this form (expected: 0, or the form --to link)");
  }

  @Test
  void printsOutboundsForV2ray() {
    assertThat(link("--to", "vnext", WS)).isZero();

    assertThat(out.toString().replaceAll("\\s", ""))
        .startsWith(
            "{\"outbounds\":[{\"tag\":\"Café\",\"protocol\":\"vmess\",\"settings\":{\"vnext\"")
        .contains(
            "\"wsSettings\":{\"path\":\"/ray\",\"headers\":{\"Host\":\"cdn.example\"},"
                + "\"maxEarlyData\":2048",
            "\"serverName\":\"cdn.example\"");
  }

  @Test
  void givesEachOutboundItsOwnTag() {
    assertThat(link("--to", "vnext", PLAIN, PLAIN)).isZero();

    assertThat(lines()).contains("      \"tag\": \"P\",", "      \"tag\": \"P 2\",");
  }

  @Test
  void helpShowsItsForms() {
    assertThat(link("--help")).isZero();

    assertThat(out.toString())
        .containsSubsequence(
            "Usage: vmess-proxy link [OPTIONS] [LINK...]",
            "[LINK...]",
            "Printing:",
            "--to=FORM",
            "Servers:",
            "--vnext",
            "Examples:");
  }

  @Test
  void drawsACodeThatACameraReads() throws ReaderException, com.google.zxing.ChecksumException {
    assertThat(link("--to", "link", WS)).isZero();
    String expected = lines().get(0);
    out.getBuffer().setLength(0);

    assertThat(link("--to", "qr", WS, PLAIN)).isZero();

    List<String> lines = lines();
    assertThat(lines.get(0)).isEqualTo("Café");
    assertThat(lines).contains("P");
    assertThat(new Decoder().decode(modules(lines.subList(1, lines.indexOf("P")))).getText())
        .isEqualTo(expected);
  }

  /** The dark modules of a code, without its margin. */
  private static BitMatrix modules(List<String> lines) throws FormatException {
    int size = lines.get(0).length() - 8;
    BitMatrix modules = new BitMatrix(size);
    for (int y = 0; y < size; y++) {
      String line = lines.get((y + 4) / 2);
      assertThat(line).startsWith("████").endsWith("████");
      for (int x = 0; x < size; x++) {
        char c = line.charAt(x + 4);
        boolean light = c == '█' || c == ((y % 2 == 0) ? '▀' : '▄');
        if (!light) {
          modules.set(x, y);
        }
      }
    }
    return modules;
  }

  @Test
  void aBadLinkCostsThatOneOnly() {
    assertThat(link("--to", "uri", "vmess://" + ID + "@a:x", PLAIN, "vless://" + ID + "@a:1"))
        .isEqualTo(ExitCode.USAGE);

    assertThat(lines()).containsExactly(PLAIN);
    assertThat(err.toString().lines())
        .containsExactly(
            "\"vmess://…\": character 48: \"x\" is no port (expected: 1..65535)",
            "\"vless://…\" (link 3): character 1: \"vless://\" is another protocol, not supported"
                + " here (expected: vmess://...)");
  }

  @Test
  void nothingUsableIsWrongUsage() {
    assertThat(link("vmess://eyJ2IjoiMiJ9")).isEqualTo(ExitCode.USAGE);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .startsWith("\"vmess://…\": add: missing (expected: a name or an IP address)")
        .contains("Usage: vmess-proxy link [OPTIONS] [LINK...]");
  }

  @Test
  void readsLinksFromStandardInput() {
    input = "# mine\r\n\r\n" + PLAIN + "\r\n" + "vmess://x@\n" + WS + "\n";

    assertThat(link("--to", "uri", "-")).isEqualTo(ExitCode.USAGE);

    assertThat(lines()).hasSize(2).first().isEqualTo(PLAIN);
    assertThat(err.toString().lines())
        .containsExactly("-: line 4: character 11: missing (expected: a name or an IP address)");
  }

  @Test
  void saysThatThereIsNothingToRead() {
    assertThat(link()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("no link given (expected: vmess://..., ");
  }

  @Test
  void knowsItsForms() {
    assertThat(link("--to", "yaml", PLAIN)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith("--to: \"yaml\" (expected: text, json, link, uri, qr or vnext)");
  }

  @Test
  void showsNoSecretOfWhatItCannotRead() {
    String json = "{\"add\":\"" + ID + "@x\",\"port\":1,\"id\":\"" + ID + "\"}";
    String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));

    assertThat(link("vmess://" + base64, ID)).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).doesNotContain(base64).doesNotContain(ID.substring(0, 10));
  }
}

package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ProxyProcess.Ended;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.TestCa;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code check} of a server over WebSocket and TLS: what works, and what is wrong with it. */
class CheckIT {
  private static final VmessUser STRANGER =
      new VmessUser("9d4aa44a-5b0c-4d4e-8e0c-3f4f0d5d7c11", 0);

  @TempDir static Path directory;
  private static TestCa ca;
  private static TestCa otherCa;
  private static HttpTarget target;
  private static ServeProcess serve;

  @BeforeAll
  static void start() throws IOException {
    ca = TestCa.in(directory);
    // With its root: without it, a server may as well have forgotten what lies between.
    String root = Files.readString(ca.rootFile());
    Files.writeString(ca.certificateFile(), root, StandardOpenOption.APPEND);
    otherCa = TestCa.in(directory);
    target = HttpTarget.start();
    List<String> arguments = new ArrayList<>(List.of("--inbound", "127.0.0.1:0"));
    arguments.addAll(Way.WS_TLS.serveFlags(ca));
    arguments.addAll(List.of("--client", VmessUser.AEAD.asClient()));
    serve = ServeProcess.start(arguments);
  }

  @AfterAll
  static void stop() {
    target.close();
    if (serve != null) {
      serve.close();
    }
  }

  @Test
  void showsTheTimesOfAServerThatWorks() {
    Ended ended = check(VmessUser.AEAD, Way.WS_TLS.clientFlags(ca));

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains(serve.address(), "works");
  }

  @Test
  void tellsProgramsOfAServerThatWorks() {
    Ended ended = check(VmessUser.AEAD, Way.WS_TLS.clientFlags(ca), "--json");

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("\"transport\": \"ws\"", "\"tls\": true", "\"works\": true")
        .containsSubsequence("\"connect\"", "\"tls\"", "\"ws\"", "\"vmess\"", "\"target\"");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "path, wrong-path, ws",
    "authority, tls-untrusted, tls",
    "id, unknown-user, vmess",
    "no TLS, plain-to-tls, ws"
  })
  void namesTheClassOfWhatIsWrong(String wrong, String failure, String stage) {
    VmessUser user = wrong.equals("id") ? STRANGER : VmessUser.AEAD;

    Ended ended = check(user, flags(wrong), "--json");

    assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
    assertThat(ended.out())
        .contains("\"works\": false")
        .contains("\"class\": \"" + failure + '"')
        .contains("\"stage\": \"" + stage + '"')
        .containsPattern("\"evidence\": \".+\"")
        .containsPattern("\"action\": \".+\"");
  }

  private static List<String> flags(String wrong) {
    return switch (wrong) {
      case "path" ->
          Way.WS_TLS.clientFlags(ca).stream()
              .map(flag -> flag.equals(Way.PATH) ? "/other" : flag)
              .toList();
      case "authority" -> Way.WS_TLS.clientFlags(otherCa);
      case "no TLS" -> Way.WS.clientFlags(ca);
      default -> Way.WS_TLS.clientFlags(ca);
    };
  }

  /** Whatever it says, it says no id. */
  private static Ended check(VmessUser user, List<String> flags, String... more) {
    List<String> arguments = new ArrayList<>(List.of("check"));
    arguments.addAll(serve.options(user, "auto"));
    arguments.addAll(flags);
    arguments.addAll(List.of("--url", target.url("127.0.0.1", "/bytes?n=10")));
    arguments.addAll(List.of(more));

    Ended ended = ProxyProcess.run(arguments.toArray(String[]::new));

    assertThat(ended.out() + ended.err()).doesNotContain(user.id()).doesNotContain("Exception");
    return ended;
  }
}

package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.ManagedProcess;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the README promises a new user: its two commands work, its options exist. */
class ReadmeIT {
  /** Options in the README that are other programs'. */
  private static final Set<String> FOREIGN =
      Set.of("--proxy", "--proxy-server", "--global", "--quick", "--help");

  private String readme;

  @BeforeEach
  void read() throws IOException {
    readme = Files.readString(ProxyProcess.root().resolve("README.md"));
  }

  @Test
  void itsTwoCommandsWork() {
    List<String> commands = commands();
    String start = commands.get(0);
    String fetch = commands.get(1);
    assertThat(start).isEqualTo("scripts/vmess-proxy --demo");
    assertThat(fetch).startsWith("curl ").contains("127.0.0.1:1080");

    // The port of the README may be taken here, and its page is not to be had.
    try (HttpTarget target = HttpTarget.start();
        ManagedProcess proxy = shell(start, Map.of("VMESS_PROXY_LISTEN", "127.0.0.1:0"))) {
      String listening = proxy.awaitLines("listening mixed ", 1).get(0);
      String here = listening.substring("listening mixed ".length());
      String url = target.url("127.0.0.1", "/bytes?n=1024");
      String mine = fetch.replace("127.0.0.1:1080", here).replace("http://example.com/", url);
      try (ManagedProcess curl = shell(mine + " --silent --show-error | wc -c", Map.of())) {
        assertThat(curl.awaitExit(Duration.ofSeconds(20))).as(curl::toString).isZero();
        assertThat(curl.out().trim()).isEqualTo("1024");
      }
      proxy.terminate();
      assertThat(proxy.awaitExit(Duration.ofSeconds(20))).as(proxy::toString).isZero();
    }
  }

  @Test
  void itsServerAndItsClientWorkTogether() {
    String id = UUID.randomUUID().toString();
    // An inbound that others can reach leads to no target of this machine.
    String serve = command("serve --inbound").replace("0.0.0.0:10086", "127.0.0.1:0");
    String run = command("--server HOST:PORT");
    Map<String, String> anyPort = Map.of("VMESS_PROXY_LISTEN", "127.0.0.1:0");

    try (HttpTarget target = HttpTarget.start();
        ManagedProcess server = shell(serve.replace("UUID", id), Map.of())) {
      String at = server.awaitLines("listening vmess ", 1).get(0).substring(16);
      try (ManagedProcess proxy =
          shell(run.replace("HOST:PORT", at).replace("UUID", id), anyPort)) {
        String here = proxy.awaitLines("listening mixed ", 1).get(0).substring(16);
        String url = target.url("127.0.0.1", "/bytes?n=1024");
        assertFetches(here, url);
      }
    }
  }

  @Test
  void itsLinkIsCheckedAndUsed() {
    String check = command("check vmess://");
    String run = command("vmess-proxy vmess://");
    String placeholder = "vmess://eyJ2Ijoi...";
    assertThat(List.of(check, run)).allMatch(line -> line.contains(placeholder));

    try (HttpTarget target = HttpTarget.start();
        ServeProcess server = ServeProcess.of(VmessUser.AEAD)) {
      List<String> words = new ArrayList<>(List.of("link", "--to", "link"));
      words.addAll(server.options(VmessUser.AEAD, "auto"));
      String link = ProxyProcess.run(words.toArray(String[]::new)).out().trim();
      String url = target.url("127.0.0.1", "/bytes?n=1024");
      String fitting = check.replace(placeholder, link) + " --url '" + url + "'";
      try (ManagedProcess checking = shell(fitting, Map.of())) {
        assertThat(checking.awaitExit(Duration.ofSeconds(20))).as(checking::toString).isZero();
      }
      Map<String, String> anyPort = Map.of("VMESS_PROXY_LISTEN", "127.0.0.1:0");
      try (ManagedProcess proxy = shell(run.replace(placeholder, link), anyPort)) {
        String here = proxy.awaitLines("listening mixed ", 1).get(0).substring(16);
        assertFetches(here, url);
      }
    }
  }

  private static void assertFetches(String proxy, String url) {
    String fetch = "curl --silent --show-error --proxy socks5h://%s %s | wc -c";
    try (ManagedProcess curl = shell(fetch.formatted(proxy, url), Map.of())) {
      assertThat(curl.awaitExit(Duration.ofSeconds(20))).as(curl::toString).isZero();
      assertThat(curl.out().trim()).isEqualTo("1024");
    }
  }

  private String command(String words) {
    return commands().stream().filter(line -> line.contains(words)).findFirst().orElseThrow();
  }

  @Test
  void itsOptionsExist() {
    String help =
        Stream.of("", "serve", "check", "link")
            .map(word -> word.isEmpty() ? new String[] {"--help"} : new String[] {word, "--help"})
            .map(line -> ProxyProcess.run(line).out())
            .collect(Collectors.joining());
    Set<String> shown =
        Pattern.compile("(?<![\\w-])--[a-z][a-z-]*")
            .matcher(readme)
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    shown.removeAll(FOREIGN);

    assertThat(shown).contains("--server", "--user", "--demo", "--inbound");
    assertThat(shown).allSatisfy(option -> assertThat(help).contains(option));
  }

  /** The lines of the README's shell blocks. */
  private List<String> commands() {
    return Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
        .matcher(readme)
        .results()
        .flatMap(block -> block.group(1).lines())
        .toList();
  }

  private static ManagedProcess shell(String command, Map<String, String> environment) {
    Path root = ProxyProcess.root();
    // exec: so that a signal reaches the program, as Ctrl-C does in a terminal.
    String script = "cd '%s' && exec env -u no_proxy %s".formatted(root, command);
    return ManagedProcess.start("readme", List.of("bash", "-c", script), environment);
  }
}

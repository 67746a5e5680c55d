package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static io.vmessproxy.client.cli.Parsed.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.settings.ServeSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
final class ServeCommandTest {
  private static final String CLIENT = "27848739-…-4b6b";
  private static final String OTHER = "b831381d-…-0811";

  @Test
  void hasTheDocumentedDefaults() {
    ServeSettings settings = settings("--inbound", "127.0.0.1:10086", "--client", ID);

    InboundSettings inbound = settings.inbounds().get(0);
    assertThat(describe(settings)).containsExactly("127.0.0.1:10086 127.0.0.1 10086 " + CLIENT);
    assertThat(inbound.users().get(0).alterId()).isZero();
    assertThat(inbound.users().get(0).level()).isZero();
    assertThat(inbound.defaults()).isEqualTo(new Defaults(0, 64));
    assertThat(inbound.detour()).isNull();
    assertThat(inbound.disableInsecureEncryption()).isFalse();
    assertThat(settings.policies().byLevel()).isEmpty();
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void readsAllOptions() {
    ServeSettings settings =
        settings(
            "--inbound=door=[::1]:0",
            "--client",
            ID + ",alterId=4,level=1,email=Love@Example.COM",
            "--client=" + OTHER_ID,
            "--detour",
            "more",
            "--disable-insecure-encryption",
            "--transport",
            "tcp",
            "--inbound",
            "more=0.0.0.0:20000-20009",
            "--default",
            "level=2,alterId=0",
            "--allocate",
            "refresh=2,concurrency=5",
            "--policy",
            "1:connIdle=10m,bufferSize=0",
            "--drain",
            "0s",
            "-vv");

    assertThat(describe(settings))
        .containsExactly("door ::1 0 love@example.com " + OTHER, "more 0.0.0.0 20000-20009");
    InboundSettings door = settings.inbounds().get(0);
    InboundSettings more = settings.inbounds().get(1);
    assertThat(door.users().get(0).alterId()).isEqualTo(4);
    assertThat(door.users().get(0).level()).isEqualTo(1);
    assertThat(door.detour()).isEqualTo("more");
    assertThat(door.disableInsecureEncryption()).isTrue();
    assertThat(more.dynamic()).isTrue();
    assertThat(more.defaults()).isEqualTo(new Defaults(2, 0));
    assertThat(more.allocation()).isEqualTo(new Allocation(2, 5));
    assertThat(more.disableInsecureEncryption()).isFalse();
    assertThat(settings.policies().of(1).bufferBytes()).isZero();
    assertThat(settings.drain()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"20000-20009, 3", "20000-20005, 3", "20000-20004, 2", "20000-20001, 1"})
  void opensNoMorePortsThanTwoRoundsHaveRoomFor(String ports, int concurrency) {
    ServeSettings settings = settings("--inbound", "127.0.0.1:" + ports, "--client", ID);

    assertThat(settings.inbounds().get(0).allocation()).isEqualTo(new Allocation(5, concurrency));
  }

  @Test
  void takesARangeOfOnePortForAFixedOne() {
    assertThat(settings("--inbound", "127.0.0.1:5-5", "--client", ID).inbounds().get(0).dynamic())
        .isFalse();
  }

  @Test
  void namesInboundsThatPickFreePortsApart() {
    ServeSettings settings =
        settings("--inbound", "[::1]:0", "--client", ID, "--inbound", "[::1]:0", "--client", ID);

    assertThat(settings.inbounds())
        .extracting(InboundSettings::tag)
        .containsExactly("[::1]:0", "[::1]:0#2");
  }

  @Test
  void needsNoClientWhereADetourLeads() {
    assertThat(
            settings("--inbound", "a:1", "--client", ID, "--detour", "b", "--inbound", "b=b:2")
                .inbounds()
                .get(1)
                .users())
        .isEmpty();
  }

  @Test
  void takesANameForItsUuid() {
    assertThat(settings("--inbound", "a:1", "--client", "example").inbounds().get(0).users())
        .extracting(user -> user.id())
        .containsExactly(UserId.fromName("example"));
  }

  @Test
  void asksRulesInTheOrderOfTheCommandLine() throws IOException {
    ServeSettings settings =
        settings(
            "--allow",
            "full:nas.example",
            "--inbound",
            "0.0.0.0:1",
            "--client",
            ID,
            "--deny=port:25",
            "--allow",
            "port:25",
            "--inbound",
            "127.0.0.1:1",
            "--client",
            ID);

    assertThat(allows(settings, 0, "nas.example", "192.168.1.1", 25)).isTrue();
    assertThat(allows(settings, 0, "a.example", "8.8.8.8", 25)).isFalse();
    assertThat(allows(settings, 1, "a.example", "8.8.8.8", 25)).isFalse();
    assertThat(allows(settings, 0, "a.example", "8.8.8.8", 80)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, true", "127.9.9.9:1, true", "[::1]:1, true", "localhost:1, true",
    "0.0.0.0:1, false", "[::]:1, false", "192.168.1.1:1, false", "my-host:1, false"
  })
  void opensPrivateTargetsOnlyToThisMachine(String inbound, boolean allowed) throws IOException {
    ServeSettings settings = settings("--inbound", inbound, "--client", ID);

    assertThat(allows(settings, 0, "a.example", "192.168.1.1", 80)).isEqualTo(allowed);
    assertThat(allows(settings, 0, "a.example", "8.8.8.8", 80)).isTrue();
  }

  @Test
  void addsFlagsToTheSettings() {
    String json =
        "{\"clients\":[{\"id\":\"%s\",\"email\":\"a\"}],\"default\":{\"level\":1,\"alterId\":2},"
            + "\"detour\":{\"to\":\"more\"},\"disableInsecureEncryption\":true}";
    String[] more = {"--inbound", "more=127.0.0.1:2-9", "--inbound", "other=127.0.0.1:10-20"};

    InboundSettings alone =
        settings("--inbound", "127.0.0.1:1", "--settings", json.formatted(ID), more[0], more[1])
            .inbounds()
            .get(0);
    InboundSettings both =
        settings(
                "--inbound",
                "127.0.0.1:1",
                "--default",
                "alterId=7",
                "--detour=other",
                "--settings",
                json.formatted(ID),
                "--disable-insecure-encryption=false",
                "--client",
                OTHER_ID,
                more[0],
                more[1],
                more[2],
                more[3])
            .inbounds()
            .get(0);

    assertThat(alone.users()).hasToString("[a]");
    assertThat(alone.defaults()).isEqualTo(new Defaults(1, 2));
    assertThat(alone.detour()).isEqualTo("more");
    assertThat(alone.disableInsecureEncryption()).isTrue();
    assertThat(both.users()).hasToString("[a, " + OTHER + "]");
    assertThat(both.defaults()).isEqualTo(new Defaults(0, 7));
    assertThat(both.detour()).isEqualTo("other");
    assertThat(both.disableInsecureEncryption()).isFalse();
  }

  @Test
  void takesWholeInboundsOfAFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("config.json"),
            """
            { "inbounds": [
                { "protocol": "vmess", "port": 1, "tag": "x", "settings": { "clients": [ { "id": "%s" } ],
                  "detour": { "to": "y" } } },
                { "protocol": "vmess", "port": "30000-30010", "tag": "y",
                  "allocate": { "strategy": "random", "refresh": 3 } } ],
              "outbounds": [] }
            """
                .formatted(ID));

    ServeSettings settings =
        settings(
            "--settings", file.toString(), "--client", OTHER_ID, "--inbound=a:1", "--client", ID);

    assertThat(describe(settings))
        .containsExactly(
            "x 0.0.0.0 1 " + CLIENT, "y 0.0.0.0 30000-30010 " + OTHER, "a:1 a 1 " + CLIENT);
    assertThat(settings.inbounds().get(1).allocation()).isEqualTo(new Allocation(3, 3));
  }

  @Test
  void readsTheEnvironment() throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("VMESS_PROXY_INBOUND", "127.0.0.1:1");
    environment.put("VMESS_PROXY_CLIENT", ID);
    environment.put("VMESS_PROXY_DEFAULT", "level=3");
    environment.put("VMESS_PROXY_DISABLE_INSECURE_ENCRYPTION", "true");
    environment.put("VMESS_PROXY_DENY", "port:25");
    environment.put("VMESS_PROXY_DRAIN", "9s");
    // Of run, and of no interest here.
    environment.put("VMESS_PROXY_SERVER", "nonsense");

    ServeSettings settings = Parsed.serveSettings(environment);
    InboundSettings inbound = settings.inbounds().get(0);

    assertThat(describe(settings)).containsExactly("127.0.0.1:1 127.0.0.1 1 " + CLIENT);
    assertThat(inbound.defaults().level()).isEqualTo(3);
    assertThat(inbound.disableInsecureEncryption()).isTrue();
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(9));
    assertThat(allows(settings, 0, "a.example", "8.8.8.8", 25)).isFalse();
    assertThat(describe(Parsed.serveSettings(environment, "--inbound", "a:1", "--inbound=b:1")))
        .containsExactly("a:1 a 1 " + CLIENT, "b:1 b 1 " + CLIENT);
    assertThat(describe(Parsed.serveSettings(environment, "--client", OTHER_ID)))
        .containsExactly("127.0.0.1:1 127.0.0.1 1 " + OTHER);
    assertThat(
            allows(Parsed.serveSettings(environment, "--allow", "private"), 0, "a", "8.8.8.8", 25))
        .isTrue();
  }

  @Test
  void readsSettingsOfTheEnvironment() {
    String clients = "{\"clients\":[{\"id\":\"" + ID + "\"}]}";
    String whole = "{\"protocol\":\"vmess\",\"port\":7,\"settings\":" + clients + "}";
    Map<String, String> inbound = Map.of("VMESS_PROXY_INBOUND", "a:1");

    assertThat(
            describe(
                Parsed.serveSettings(
                    Map.of("VMESS_PROXY_INBOUND", "a:1", "VMESS_PROXY_SETTINGS", clients))))
        .containsExactly("a:1 a 1 " + CLIENT);
    assertThat(describe(Parsed.serveSettings(inbound, "--settings", clients)))
        .containsExactly("a:1 a 1 " + CLIENT);
    assertThat(describe(Parsed.serveSettings(inbound, "--settings", whole)))
        .containsExactly("0.0.0.0:7 0.0.0.0 7 " + CLIENT);
  }

  private static ServeSettings settings(String... args) {
    return Parsed.serveSettings(Map.of(), args);
  }

  private static List<String> describe(ServeSettings settings) {
    return settings.inbounds().stream()
        .map(
            inbound -> {
              StringBuilder text = new StringBuilder(inbound.tag() + " " + inbound.host());
              text.append(' ').append(inbound.port());
              if (inbound.dynamic()) {
                text.append('-').append(inbound.lastPort());
              }
              inbound.users().forEach(user -> text.append(' ').append(user));
              return text.toString();
            })
        .toList();
  }

  private static boolean allows(
      ServeSettings settings, int inbound, String name, String address, int port)
      throws IOException {
    return settings
        .access()
        .apply(settings.inbounds().get(inbound))
        .allows(new Destination(Address.of(name), port), InetAddress.getByName(address));
  }
}

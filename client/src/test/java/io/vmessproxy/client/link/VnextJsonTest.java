package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VnextJsonTest {
  private static final String ID = "27848739-7e62-4138-9fd3-098a63964b6b";
  private static final String USERS = "\"users\":[{\"id\":\"" + ID + "\"}]";
  private static final String ELEMENT = "{\"address\":\"a\",\"port\":1," + USERS + "}";

  /** The document of V2Ray's documentation. */
  static final String DOCUMENTED =
      """
      {
        "vnext": [
          {
            "address": "127.0.0.1",
            "port": 37192,
            "users": [
              { "id": "%s", "alterId": 16, "security": "auto", "level": 0 }
            ]
          }
        ]
      }
      """
          .formatted(ID);

  @Test
  void readsTheDocumentedObject() {
    List<Server> servers = VnextJson.read(DOCUMENTED);

    assertThat(servers).hasSize(1);
    assertThat(servers.get(0).tag()).isEqualTo("127.0.0.1:37192");
    assertThat(servers.get(0).users())
        .singleElement()
        .satisfies(user -> assertThat(user.id().reveal()).isEqualTo(ID))
        .satisfies(user -> assertThat(user.alterId()).isEqualTo(16))
        .satisfies(user -> assertThat(user.security()).isEqualTo(Security.auto()))
        .satisfies(user -> assertThat(user.level()).isZero());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"vnext\":[%s]}", "[%s]", "%s", " \n%s\n", "[%s,]", "{\"vnext\":[%s,],}"})
  void readsTheObjectItsArrayOrOneElement(String around) {
    assertThat(VnextJson.read(around.formatted(ELEMENT)))
        .extracting(Server::tag)
        .containsExactly("a:1");
  }

  @Test
  void fillsInWhatIsLeftOut() {
    assertThat(VnextJson.read(ELEMENT).get(0).users())
        .singleElement()
        .satisfies(user -> assertThat(user.alterId()).isZero())
        .satisfies(user -> assertThat(user.security()).isEqualTo(Security.auto()))
        .satisfies(user -> assertThat(user.level()).isZero());
  }

  @Test
  void toleratesCommentsTrailingCommasAndNumbersAsText() {
    String text =
        """
        { // one server
          "vnext": [ /* and only
                        one */
            { "address": "2001:db8::1", "port": "443", // "port": 1
              "users": [
                { "id": "%s", "alterId": "4", "level": "1", "security": "none", },
                { "id": "%s" }, // , ]
              ], },
          ],
        }
        """
            .formatted(ID, ID);

    List<Server> servers = VnextJson.read(text);

    assertThat(servers).extracting(Server::tag).containsExactly("[2001:db8::1]:443");
    assertThat(servers.get(0).users())
        .extracting(user -> user.alterId() + " " + user.level() + " " + user.security().text())
        .containsExactly("4 1 none", "0 0 " + Security.auto().text());
  }

  @Test
  void keepsCommentMarksAndCommasInTexts() {
    assertThat(TolerantJson.strict("[\"a//b/*c*/,]\\\"//\",]"))
        .isEqualTo("[\"a//b/*c*/,]\\\"//\" ]");
  }

  /** USERS and ID stand for a good list and a good id. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      maxCharsPerColumn = 9999,
      textBlock =
          """
          {"vnext":[]} => vnext: empty (expected: at least one server)
          [] => JSON: empty (expected: at least one server)
          {} => vnext: missing (expected: {"vnext":[{"address":...,"port":...,"users":[...]}]})
          {"vnext":{}} => vnext: an object (expected: a list of servers, [...])
          {"vnext":null} => vnext: null (expected: a list of servers, [...])
          [1] => [0]: 1 (expected: an object, {...})
          ["ID"] => [0]: "27848739-…-4b6b" (expected: an object, {...})
          {"outbounds":[]} => outbounds: no vmess outbound (expected: at least one)
          {"outbounds":{}} => outbounds: an object (expected: a list of outbounds, [...])
          {"outbounds":[{"protocol":"freedom"}]} => outbounds: no vmess outbound (expected: at least one)
          {"outbounds":[{"settings":{}}]} => outbounds[0].protocol: missing (it is required)
          {"outbound":{"protocol":"socks"}} => outbounds: no vmess outbound (expected: at least one)
          {"protocol":"vmess"} => settings: missing (it is required)
          {"protocol":"vmess","settings":{}} => settings.vnext: missing (it is required)
          {"protocol":"vless","settings":{"vnext":[ELEMENT]}} => protocol: "vless" (expected: vmess)
          [{"protocol":"vmess","settings":{"vnext":[{"address":"a"}]}}] => [0].settings.vnext[0].port: missing (it is required)
          {"port":1,USERS} => address: missing (it is required)
          {"vnext":[{"address":"a",USERS}]} => vnext[0].port: missing (it is required)
          [{"address":"a","port":1}] => [0].users: missing (it is required)
          {"address":"a","port":1,"users":[]} => users: empty (expected: at least one account)
          {"address":"a","port":1,"users":[{}]} => users[0].id: missing (it is required)
          {"address":"","port":1,USERS} => address: "": domain: 0 characters (expected: 1 to 255)
          {"address":1,"port":1,USERS} => address: 1 (expected: a host in double quotes)
          {"address":"a","port":0,USERS} => port: 0 (expected: 1..65535)
          {"address":"a","port":70000,USERS} => port: 70000 (expected: 1..65535)
          {"address":"a","port":12.5,USERS} => port: 12.5 (expected: 1..65535)
          {"address":"a","port":1e3,USERS} => port: 1e3 (expected: 1..65535)
          {"address":"a","port":-1,USERS} => port: -1 (expected: 1..65535)
          {"address":"a","port":true,USERS} => port: true (expected: 1..65535)
          {"address":"a","port":null,USERS} => port: null (expected: 1..65535)
          {"address":"a","port":"x",USERS} => port: "x" (expected: 1..65535)
          {"address":"a","port":"ID",USERS} => port: "27848739-…-4b6b" (expected: 1..65535)
          {"address":"a","port":[1],USERS} => port: a list (expected: 1..65535)
          {"address":"a","port":1,"users":[{"id":7}]} => users[0].id: 7 (expected: a UUID in double quotes)
          {"address":"a","port":1,"users":[{"id":""}]} => users[0].id: "" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          {"address":"a","port":1,"users":[{"id":"IDb"}]} => users[0].id: "27848739…" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          {"vnext":[{"address":"a","port":1,"users":[{"id":"ID"},{"id":"ID","alterId":70000}]}]} => vnext[0].users[1].alterId: 70000 (expected: 0..65535)
          {"address":"a","port":1,"users":[{"id":"ID","alterId":1e9}]} => users[0].alterId: 1e9 (expected: 0..65535)
          {"address":"a","port":1,"users":[{"id":"ID","alterId":99999999999}]} => users[0].alterId: 99999999999 (expected: 0..65535)
          {"address":"a","port":1,"users":[{"id":"ID","level":256}]} => users[0].level: 256 (expected: 0..255)
          {"address":"a","port":1,"users":[{"id":"ID","security":"rot13"}]} => users[0].security: "rot13" (expected: SECURITIES)
          {"address":"a","port":1,"users":[{"id":"ID","security":1}]} => users[0].security: 1 (expected: a security's name in double quotes)
          {"address":"a","address":"b","port":1,USERS} => address: given twice (expected: once)
          {"vnext":[{"address":"a","port":1,"users":[{"id":"ID","id":"ID"}]}]} => vnext[0].users[0].id: given twice (expected: once)
          {"vnext":[{"address":"a" => JSON: it ends too early, in vnext[0] (expected: every bracket, brace and quote closed)
          {"vnext" => JSON: it ends too early, in vnext (expected: every bracket, brace and quote closed)
          {"vnext":[ELEMENT]} x => JSON: not well-formed at line 1, column 95 (expected: names and texts in double quotes, commas between)
          {'vnext':[]} => JSON: not well-formed at line 1, column 3 (expected: names and texts in double quotes, commas between)
          {"address":"a","port":1,,USERS} => JSON: not well-formed at line 1, column 26 (expected: names and texts in double quotes, commas between)
          {"address":nothing} => JSON: not well-formed at line 1, column 12, in address (expected: names and texts in double quotes, commas between)
          {"address":"a" /* => JSON: it ends too early (expected: every bracket, brace and quote closed)
          """,
      quoteCharacter = '`')
  void saysWhereAndWhatIsWrong(String json, String message) {
    String text = json.replace("ELEMENT", ELEMENT).replace("USERS", USERS).replace("ID", ID);
    String securities =
        Stream.of(Security.values())
            .map(Security::text)
            .collect(Collectors.joining(", ", "auto, ", ""))
            .replaceFirst(", (?=[^,]*$)", " or ");

    assertThatThrownBy(() -> VnextJson.read(text))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message.replace("SECURITIES", securities));
  }

  @Test
  void refusesDeepNesting() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);

    assertThatThrownBy(() -> VnextJson.read(deep))
        .hasMessage("JSON: nested too deep (expected: at most 32 levels)");
  }

  @Test
  void reportsEachUnknownNameOnce() {
    String text =
        "{\"vnext\":[{\"remark\":{\"a\":[1]},\"address\":\"a\",\"port\":1,"
            + "\"users\":[{\"email\":\"x\",\"id\":\"%s\",\"%s\":1}]}],\"mux\":{}}"
                .formatted(ID, ID);
    List<String> warnings = new ArrayList<>();

    VnextJson.read(text, warnings::add, warnings::add);

    assertThat(warnings)
        .containsExactly(
            "mux: unknown name, ignored",
            "vnext[0].remark: unknown name, ignored",
            "vnext[0].users[0].email: unknown name, ignored",
            "vnext[0].users[0].27848739-…-4b6b: unknown name, ignored");
  }

  @Test
  void takesANameForItsUuidAndSaysSo() {
    List<String> warnings = new ArrayList<>();

    List<Server> servers =
        VnextJson.read(ELEMENT.replace(ID, "example"), warnings::add, warnings::add);

    assertThat(servers.get(0).users())
        .extracting(Account::id)
        .containsExactly(UserId.fromName("example"));
    assertThat(warnings)
        .containsExactly(
            "users[0].id: \"ex…\" is no UUID, used as its UUIDv5 "
                + UserId.fromName("example")
                + " as Xray and sing-box do");
  }

  @Test
  void reportsManyUnknownNamesShortly() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 1_000; i++) {
      text.append("\"x").append(i).append("\":0,");
    }
    List<String> warnings = new ArrayList<>();

    VnextJson.read(text + ELEMENT.substring(1), warnings::add, warnings::add);

    assertThat(warnings).hasSize(21).endsWith("980 more names, ignored");
  }

  @Test
  void masksAnIdThatStandsAsAName() {
    assertThatThrownBy(() -> VnextJson.read("{\"" + ID + "\":1,\"" + ID + "\":2}"))
        .hasMessage("27848739-…-4b6b: given twice (expected: once)");
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), "\ufeff" + DOCUMENTED);

    assertThat(VnextJson.read(file.toString())).hasSize(1);
  }

  @Test
  void namesTheFileInErrors(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), "[]");

    assertThatThrownBy(() -> VnextJson.read(file.toString()))
        .hasMessageEndingWith(": JSON: empty (expected: at least one server)")
        .isInstanceOf(SettingsException.class);
  }

  @Test
  void refusesALargeFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), " ".repeat((1 << 20) + 1));

    assertThatThrownBy(() -> VnextJson.read(file.toString()))
        .hasMessageEndingWith(": too large (expected: at most 1 MiB)");
  }

  @Test
  void refusesAFileThatIsNoText(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("s.json"), new byte[] {(byte) 0xff, 0});

    assertThatThrownBy(() -> VnextJson.read(file.toString()))
        .hasMessageEndingWith(" is not UTF-8 text (expected: a JSON file)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          no-such.json => "no-such.json": no such file (expected: a file's name, or JSON that begins with { or [)
          . => "." is no file (expected: a file's name, or JSON)
          `` => "" is no file (expected: a file's name, or JSON)
          """)
  void saysThatThereIsNoFile(String name, String message) {
    assertThatThrownBy(() -> VnextJson.read(name))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
  }
}

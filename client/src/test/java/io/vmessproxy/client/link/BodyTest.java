package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vmessproxy.client.link.Subscription.Content;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all forms of a body have in common, and the list. */
final class BodyTest {
  static final String ID = "b831381d-6324-4d53-ad4f-8cda48b30811";

  static Content read(String body) {
    return Subscription.read(body.getBytes(StandardCharsets.UTF_8));
  }

  static LinkException refused(String body) {
    return catchThrowableOfType(LinkException.class, () -> read(body));
  }

  static String link(String host, String name) {
    return "vmess://" + ID + "@" + host + ":443?type=ws#" + name;
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          ` \t\r\n` => EMPTY => the subscription is empty (expected: servers)
          `\ufeff` => EMPTY => the subscription is empty (expected: servers)
          `\n<HTML lang="x"><title>Please&#10;log in</title>` => HTML_PAGE => a web page "Please&#10;log in", not a subscription (expected: servers); has the address expired?
          <head> => HTML_PAGE => a web page, not a subscription (expected: servers); has the address expired?
          not found => UNKNOWN_FORMAT => it is no subscription (expected: links, base64 of links, Clash YAML, sing-box or V2Ray JSON); is the address right?
          aGVsbG8= => UNKNOWN_FORMAT => it is no subscription (expected: links, base64 of links, Clash YAML, sing-box or V2Ray JSON); is the address right?
          {"msg":"token expired"} => UNKNOWN_FORMAT => JSON without servers, but "token expired" (expected: outbounds)
          [1] => UNKNOWN_FORMAT => JSON without servers (expected: outbounds)
          {"outbounds":[{"type":"vmess" => UNKNOWN_FORMAT => JSON: it ends too early, in outbounds[0] (expected: every bracket, brace and quote closed)
          `proxies: [{name: a` => UNKNOWN_FORMAT => the YAML cannot be read: line 1: expected ',' or '}', but got <stream end> (expected: Clash's proxies)
          `proxies: []` => NO_USABLE_NODE => no VMess server that can be used
          `proxy-providers: {a: {url: x}}` => NO_USABLE_NODE => no VMess server that can be used; proxy-providers: the servers behind other addresses are not fetched; give those addresses themselves
          {"outbounds":[]} => NO_USABLE_NODE => no VMess server that can be used
          `ss://x\nvmess://@@` => NO_USABLE_NODE => no VMess server that can be used, 1 of other protocols, 1 with errors; line 2: character 11: missing (expected: a name or an IP address)
          """)
  void saysWhyThereIsNothingToUse(String body, String code, String message) {
    LinkException error = refused(body.translateEscapes());

    assertThat(error).hasMessage(message);
    assertThat(error.code()).isEqualTo(code);
  }

  @Test
  void refusesMoreThan10MiB() {
    byte[] body = new byte[Subscription.MAX_BYTES + 1];
    Arrays.fill(body, (byte) '\n');

    LinkException error = catchThrowableOfType(LinkException.class, () -> Subscription.read(body));

    assertThat(error.code()).isEqualTo("TOO_LARGE");
  }

  @Test
  void decodesBase64OnceOnly() {
    String list = link("a.example", "a");

    assertThat(read(base64(list)).nodes()).hasSize(1);
    assertThat(refused(base64(base64(list))).code()).isEqualTo("UNKNOWN_FORMAT");
  }

  @Test
  void decodesBase64OfEachForm() {
    String clash = "proxies: [{type: vmess, server: a, port: 1, uuid: " + ID + "}]";
    String json =
        "{\"outbounds\":[{\"type\":\"vmess\",\"server\":\"a\",\"server_port\":1,\"uuid\":\"%s\"}]}";

    assertThat(read(base64(clash)).nodes()).extracting(Node::name).containsExactly("a:1");
    assertThat(read(base64(json.formatted(ID))).nodes())
        .extracting(Node::name)
        .containsExactly("a:1");
    assertThat(refused(base64("<html><title>x</title>")).code()).isEqualTo("HTML_PAGE");
  }

  @Test
  void losesABadLineOnly() {
    Content content =
        read(
            """
            # comment
            STATUS=Traffic 1 GB

            ; another
            vless://x@y:1#other
            %s
            vmess://{}
            %s
            """
                .formatted(link("a.example", "a"), link("b.example", "b")));

    assertThat(content.nodes()).extracting(Node::name).containsExactly("a", "b");
    assertThat(content.otherProtocols()).isEqualTo(1);
    assertThat(content.errors())
        .extracting(error -> error.where() + " " + error.error().code())
        .containsExactly("line 2 NOT_A_LINK", "line 7 BAD_BASE64");
  }

  @Test
  void losesAVeryLongLineOnly() {
    Content content = read("vmess://" + "A".repeat(100_000) + "\r" + link("a.example", "a") + "\r");

    assertThat(content.nodes()).hasSize(1);
    assertThat(content.errors())
        .extracting(error -> error.where() + " " + error.error().code())
        .containsExactly("line 1 TOO_LONG");
  }

  @Test
  void givesEachNodeAnOwnName() {
    Content content =
        read(
            String.join(
                "\n",
                link("a.example", "x"),
                link("b.example", "x-01"),
                link("c.example", "x"),
                link("a.example", "x"),
                link("d.example", "x")));

    assertThat(content.nodes())
        .extracting(Node::name, Node::server)
        .extracting(Object::toString)
        .containsExactly(
            "(\"x\", \"a.example\")",
            "(\"x-01\", \"b.example\")",
            "(\"x-02\", \"c.example\")",
            "(\"x-03\", \"d.example\")");
  }

  @Test
  void keepsNodesThatOnlyTellSomething() {
    assertThat(read(link("127.0.0.1", "Expire%3A%202030-01-01")).nodes())
        .extracting(Node::name)
        .containsExactly("Expire: 2030-01-01");
  }

  @Test
  void keepsCommentsThatStandForHeaders() {
    Content content =
        read(
            """
            #Profile-Title: mine
            # profile-update-interval: 12
            #profile-title: second
            #unknown: 1
            %s
            """
                .formatted(link("a.example", "a")));

    assertThat(content.comments())
        .containsOnly(
            Map.entry("profile-title", "mine"), Map.entry("profile-update-interval", "12"));
  }

  @Test
  void leavesOutWhatIsBehindVeryManyLines() {
    Content content = read(link("a.example", "a") + "\n".repeat(200_000) + link("b.example", "b"));

    assertThat(content.nodes()).hasSize(1);
    assertThat(content.hints()).containsExactly("what is behind line 200000 is left out");
  }

  @Test
  void holdsManyErrorsShortly() {
    Content content = read("x\n".repeat(5_000) + link("a.example", "a"));

    assertThat(content.errors()).hasSize(1_000);
    assertThat(content.hints()).containsExactly("4000 more entries cannot be used");
  }
}

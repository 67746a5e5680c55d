package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A large subscription is read in well under a second, in a program that has just begun, too. */
final class SubscriptionSpeedTest {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionSpeedTest.class);
  private static final int NODES = 2_000;
  // Of processor time: a machine of continuous integration may have other things to do. Generous.
  private static final Duration BOUND = Duration.ofSeconds(3);

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("base64 list", BodyTest.base64(joined(SubscriptionSpeedTest::link, "\n"))),
        Arguments.of(
            "Clash YAML", "proxies:\n" + joined(SubscriptionSpeedTest::clash, "") + "rules: []\n"),
        Arguments.of(
            "sing-box JSON",
            "{\"outbounds\":[" + joined(SubscriptionSpeedTest::singBox, ",") + "]}"),
        Arguments.of(
            "V2Ray JSON", "{\"outbounds\":[" + joined(SubscriptionSpeedTest::v2ray, ",") + "]}"));
  }

  private static String joined(IntFunction<String> node, String separator) {
    return IntStream.range(0, NODES).mapToObj(node).collect(Collectors.joining(separator));
  }

  private static String id(int i) {
    return "b831381d-6324-4d53-ad4f-%012x".formatted(i);
  }

  private static String link(int i) {
    String json =
        """
        {"v":"2","ps":"Node %d","add":"n%d.example.com","port":"443","id":"%s","aid":"0",\
        "scy":"auto","net":"ws","type":"none","host":"cdn.example.net","path":"/ray?ed=2048",\
        "tls":"tls","sni":"sni.example.org","alpn":"http/1.1","fp":"chrome"}"""
            .formatted(i, i, id(i));
    return "vmess://" + BodyTest.base64(json);
  }

  private static String clash(int i) {
    return """
      - {name: "Node %d", type: vmess, server: n%d.example.com, port: 443, uuid: %s, alterId: 0, \
    cipher: auto, udp: true, tls: true, skip-cert-verify: false, servername: sni.example.org, \
    network: ws, ws-opts: {path: "/ray?ed=2048", headers: {Host: cdn.example.net}}}
    """
        .formatted(i, i, id(i));
  }

  private static String singBox(int i) {
    return """
    {"type":"vmess","tag":"Node %d","server":"n%d.example.com","server_port":443,"uuid":"%s",
     "security":"auto","alter_id":0,"tls":{"enabled":true,"server_name":"sni.example.org",
     "alpn":["http/1.1"]},"transport":{"type":"ws","path":"/ray",
     "headers":{"Host":"cdn.example.net"},"max_early_data":2048}}"""
        .formatted(i, i, id(i));
  }

  private static String v2ray(int i) {
    return """
    {"protocol":"vmess","tag":"Node %d","settings":{"vnext":[{"address":"n%d.example.com",
     "port":443,"users":[{"id":"%s","alterId":0,"security":"auto"}]}]},"streamSettings":{
     "network":"ws","security":"tls","tlsSettings":{"serverName":"sni.example.org"},
     "wsSettings":{"path":"/ray","headers":{"Host":"cdn.example.net"}}}}"""
        .formatted(i, i, id(i));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void reads2000Nodes(String form, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long startOfWall = System.nanoTime();
    Subscription.Content content = Subscription.read(bytes);
    Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    Duration wall = Duration.ofNanos(System.nanoTime() - startOfWall);

    LOG.info(
        "{}, {} nodes, {} bytes: {} ms of a processor, {} ms by the clock",
        form,
        NODES,
        bytes.length,
        took.toMillis(),
        wall.toMillis());
    assertThat(content.nodes()).hasSize(NODES);
    assertThat(content.errors()).isEmpty();
    assertThat(took).isLessThan(BOUND);
  }
}

package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(20)
final class ServeErrorTest {
  /** GOOD stands for an inbound and its client, ID for a good id, OTHER for another one. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          `` => no inbound given (expected: --inbound HOST:PORT --client UUID, as in --inbound 0.0.0.0:10086 --client $(uuidgen), or --settings JSON_OR_FILE)
          --inbound 127.0.0.1:1 => --inbound: "127.0.0.1:1" has no client (expected: --client UUID behind it; --client $(uuidgen) for a new one)
          --inbound a=127.0.0.1:1 GOOD => --inbound: "a=127.0.0.1:1" has no client (expected: --client UUID behind it; --client $(uuidgen) for a new one)
          --inbound a:1 --settings {"clients":[]} => --inbound: "a:1" has no client (expected: --client UUID behind it; --client $(uuidgen) for a new one)
          --client ID => --client: "27848739-…-4b6b" has no --inbound before it (expected: --inbound HOST:PORT --client ...)
          --client ID GOOD => --client: "27848739-…-4b6b" has no --inbound before it (expected: --inbound HOST:PORT --client ...)
          --detour x GOOD => --detour: "x" has no --inbound before it (expected: --inbound HOST:PORT --detour ...)
          --default level=1 GOOD => --default: "level=1" has no --inbound before it (expected: --inbound HOST:PORT --default ...)
          --allocate refresh=1 GOOD => --allocate: "refresh=1" has no --inbound before it (expected: --inbound HOST:PORT --allocate ...)
          --disable-insecure-encryption GOOD => --disable-insecure-encryption: it has no --inbound before it (expected: --inbound HOST:PORT --disable-insecure-encryption ...)
          --settings {"clients":[]} => --settings: it says no port, and has no --inbound before it (expected: --inbound HOST:PORT --settings ...)
          --inbound 10086 => --inbound: "10086" has no host (expected: HOST:PORT, as in 0.0.0.0:10086)
          --inbound 127.0.0.1 => --inbound: "127.0.0.1" has no port (expected: HOST:PORT, as in 0.0.0.0:10086)
          --inbound ::1:1 => --inbound: "::1:1": IPv6 goes in brackets (expected: [HOST]:PORT, as in [::1]:1080)
          --inbound a:70000 => --inbound: "a:70000": port: 70000 (expected: 0..65535)
          --inbound a:9-3 => --inbound: "a:9-3": last port: 3 (expected: 9..65535)
          --inbound a:0-3 => --inbound: "a:0-3": first port: 0 (expected: 1..65535)
          --inbound a:9- => --inbound: "a:9-": last port: "" (expected: 9..65535)
          --inbound =a:1 => --inbound: "" is no name (expected: 1 to 100 printable characters, as in --inbound home=0.0.0.0:10086)
          --inbound vmess://a:1 => --inbound: "vmess://a:1" is not an address (expected: HOST:PORT, as in 0.0.0.0:10086)
          --inbound a:1 --client IDb => --client: "27848739…" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          --inbound a:1 --client ID,alterId=70000 => --client: "27848739-…-4b6b,alterId=70000": alterId: 70000 (expected: 0..65535)
          --inbound a:1 --client ID,level=x => --client: "27848739-…-4b6b,level=x": level: "x" (expected: 0..255)
          --inbound a:1 --client ID,email= => --client: "27848739-…-4b6b,email=": email: "" (expected: 1 to 100 printable characters, as in love@example.com)
          --inbound a:1 --client ID,security=none => --client: "27848739-…-4b6b,security=none": unknown part (expected: alterId=N, level=N or email=TEXT, as in UUID,level=0,email=love@example.com)
          --inbound a:1 --client ID,level=1,level=2 => --client: "27848739-…-4b6b,level=1,level=2": level is given twice (expected: once)
          --inbound a:1 --client ID --client OTHER,level=1 --client ID => --inbound: "a:1": client 27848739-…-4b6b is given twice (expected: each id once)
          --inbound a:1 --client ID,email=Me --client OTHER,email=me => --inbound: "a:1": email me is given twice (expected: each once, capital or not)
          --inbound a:1 --client ID --settings {"clients":[{"id":"ID"}]} => --inbound: "a:1": client 27848739-…-4b6b is given twice (expected: each id once)
          --inbound a:1 --client ID,alterId=65535 --client OTHER,alterId=65535 --client 3,alterId=65535 --client 4,alterId=65535 --client 5 => --inbound: "a:1": its clients have 262145 ids, alternative ones included (expected: at most 262144; alterId under 100 is plenty)
          GOOD --detour x => --detour: "x" is no inbound's tag (expected: the TAG of an --inbound TAG=HOST:PORT)
          --inbound x=a:1 --client ID --detour x => --detour: "x" is the inbound itself (expected: another inbound's tag)
          --inbound a:1 --client ID --detour a:1 => --detour: "a:1" is the inbound itself (expected: another inbound's tag)
          --inbound a:1 --settings {"clients":[{"id":"ID"}],"detour":{"to":"x"}} => --inbound: detour.to: "x" is no inbound's tag (expected: the TAG of an --inbound TAG=HOST:PORT)
          GOOD --detour x --detour y => --detour: a second one for its inbound (expected: one --detour after each --inbound)
          GOOD --default level=1 --default level=2 => --default: a second one for its inbound (expected: one --default after each --inbound)
          GOOD --disable-insecure-encryption --disable-insecure-encryption => --disable-insecure-encryption: a second one for its inbound (expected: one --disable-insecure-encryption after each --inbound)
          GOOD --settings {"clients":[]} --settings {"users":[]} => --settings: a second one for its inbound (expected: one --settings after each --inbound)
          GOOD --default 1,2 => --default: "1,2": unknown part (expected: --default level=N,alterId=N)
          GOOD --default level=256 => --default: "level=256": level: 256 (expected: 0..255)
          GOOD --default alterId=x => --default: "alterId=x": alterId: "x" (expected: 0..65535)
          GOOD --allocate refresh=5 => --allocate: "refresh=5" is for an inbound with a range of ports (expected: --inbound HOST:PORT-PORT)
          --inbound a:1-9 --client ID --allocate refresh=0 => --allocate: "refresh=0": refresh: 0 (expected: 1..1440)
          --inbound a:1-9 --client ID --allocate 5,3 => --allocate: "5,3": unknown part (expected: --allocate refresh=MINUTES,concurrency=N)
          --inbound a:1-9 --client ID --allocate concurrency=5 => --inbound: "a:1-9": concurrency 5 is too much for 9 ports (expected: at most 4, as old ports stay open beside the new ones)
          GOOD --inbound a:2 --client ID --inbound a:2 --client ID => --inbound: "a:2": its tag is taken (expected: each tag and each address once)
          --inbound x=a:1 --client ID --inbound x=a:2 --client ID => --inbound: "x=a:2": its tag is taken (expected: each tag and each address once)
          GOOD --allow example.com => --allow: "example.com" is no rule (expected: domain:NAME, full:NAME, keyword:TEXT, regexp:RE, ip:CIDR, port:N, port:N-M or private)
          GOOD --deny geosite:cn => --deny: "geosite:cn" is not supported yet (expected: domain:NAME, full:NAME, keyword:TEXT, regexp:RE, ip:CIDR, port:N, port:N-M or private)
          GOOD --transport quic => --transport: "quic" is not supported (expected: tcp, http-header, ws, httpupgrade, h2 or grpc)
          GOOD --transport wss => --transport: "wss" (expected: tcp, http-header, ws, httpupgrade, h2 or grpc)
          GOOD --transport ws --transport h2 => --transport: a second one for its inbound (expected: one --transport after each --inbound)
          GOOD --tls-cert c.pem => --tls-cert: only half of it (expected: --tls-cert FILE --tls-key FILE)
          GOOD --tls-cert no-such.pem --tls-key k.pem => --tls-cert: no-such.pem: no such file
          GOOD --tls-cert pom.xml --tls-key k.pem => --tls-cert: pom.xml: holds nothing in PEM (expected: -----BEGIN CERTIFICATE-----)
          GOOD --tls-key k.pem => --tls-key: only half of it (expected: --tls-cert FILE --tls-key FILE)
          GOOD --path /ray => --path: not for transport tcp (expected: --transport before it, as in --transport ws)
          GOOD --transport ws --service-name x => --service-name: not for transport ws (expected: --transport before it, as in --transport grpc)
          GOOD --transport ws --path a#b => --path: "a#b" (expected: printable ASCII without blanks, as in --path /ray; others as %XX)
          GOOD --transport h2 --host a/b => --host: "a/b" (expected: a name, as in --host cdn.example.com)
          --transport ws GOOD => --transport: "ws" has no --inbound before it (expected: --inbound HOST:PORT --transport ...)
          GOOD --drain 3 => --drain: "3" is not a duration (expected: a number and its unit, as in 250ms, 4s, 2m or 1h)
          GOOD --policy 1 => --policy: "1" has no colon (expected: LEVEL:KEY=VALUE,..., as in 1:connIdle=10m,uplinkOnly=5s)
          GOOD -q -v => --quiet: given with --verbose (expected: one of them)
          GOOD --settings no-such.json => --settings: "no-such.json": no such file (expected: a file's name, or JSON that begins with { or [)
          GOOD --settings {"clients":1} => --settings: clients: 1 (expected: a list of accounts, [...])
          GOOD --xyz a:1 => --xyz: unknown option (vmess-proxy serve --help lists all)
          GOOD --server a:1 => --server: unknown option (did you mean --settings, --service-name?)
          GOOD --inbund a:1 => --inbund: unknown option (did you mean --inbound?)
          GOOD --client => --client: no value (expected: --client UUID[,KEY=VALUE...])
          GOOD verysecret => "ve…": not an option (expected: --inbound HOST:PORT --client UUID, for one)
          GOOD @no-such => @no-such: no such file (expected: a file of arguments)
          GOOD --disable-insecure-encryption=verysecret => --disable-insecure-encryption (or VMESS_PROXY_DISABLE_INSECURE_ENCRYPTION): "verysecret" is no value for a switch (expected: --disable-insecure-encryption alone, or VMESS_PROXY_DISABLE_INSECURE_ENCRYPTION=true)
          """)
  void saysInOneLineWhatIsWrong(String line, String message) {
    String args =
        line.replace("GOOD", "--inbound s:1 --client ID")
            .replace("ID", ID)
            .replace("OTHER", Parsed.OTHER_ID);

    String error =
        args.isEmpty()
            ? Parsed.serveError(Map.of())
            : Parsed.serveError(Map.of(), args.split(" ", -1));

    assertThat(error).isEqualTo(message).doesNotContain(ID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          -l a:1 serve => --listen: stands before serve (expected: vmess-proxy serve [OPTIONS])
          --demo serve --inbound a:1 => --demo: stands before serve (expected: vmess-proxy serve [OPTIONS])
          run serve --inbound a:1 => serve: is not the first word (expected: vmess-proxy serve [OPTIONS])
          """)
  void refusesWhatStandsBeforeIt(String line, String message) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine(new RunCommand(), Map.of());
    commandLine.setErr(new PrintWriter(err));

    assertThat(Main.execute(commandLine, line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).isEqualTo(message + System.lineSeparator() + Parsed.SERVE_HINT);
  }

  @Test
  void namesTheVariableThatIsWrong() {
    assertThat(Parsed.serveError(Map.of("VMESS_PROXY_INBOUND", "x")))
        .startsWith("VMESS_PROXY_INBOUND: \"x\" has no port");
    assertThat(Parsed.serveError(Map.of("VMESS_PROXY_CLIENT", ID + "0"), "--inbound", "a:1"))
        .startsWith("VMESS_PROXY_CLIENT: \"27848739…\" is neither a UUID nor a name");
    assertThat(
            Parsed.serveError(
                Map.of("VMESS_PROXY_TLS_CERT", "c.pem"), "--inbound", "a:1", "--client", ID))
        .startsWith("VMESS_PROXY_TLS_CERT: only half of it");
  }
}

package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static io.vmessproxy.client.cli.Parsed.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
final class UsageErrorTest {
  /** GROUP stands for a server and its user, ID for a good id. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          `` => no server given (expected: a link, as in vmess://..., --server HOST:PORT --user UUID, --vnext JSON_OR_FILE, --subscribe URL_OR_FILE, or --demo to try it without one)
          run => no server given (expected: a link, as in vmess://..., --server HOST:PORT --user UUID, --vnext JSON_OR_FILE, --subscribe URL_OR_FILE, or --demo to try it without one)
          --demo GROUP => --demo: it is the only server (expected: no link, --server, --vnext or --subscribe beside it)
          --demo --vnext x => --demo: it is the only server (expected: no link, --server, --vnext or --subscribe beside it)
          --server a:1 => --server: "a:1" has no user (expected: --server a:1 --user UUID)
          --server a:1 GROUP => --server: "a:1" has no user (expected: --server a:1 --user UUID)
          --server a:1 --tag x GROUP => --server: "a:1" has no user (expected: --server a:1 --user UUID)
          --user ID => --user: "27848739-…-4b6b" has no --server before it (expected: --server HOST:PORT --user ...)
          --user ID --server a:1 => --user: "27848739-…-4b6b" has no --server before it (expected: --server HOST:PORT --user ...)
          --vnext {"address":"a","port":1,"users":[{"id":"ID"}]} --user ID => --user: "27848739-…-4b6b" has no --server before it (expected: --server HOST:PORT --user ...)
          --tag x GROUP => --tag: "x" has no --server before it (expected: --server HOST:PORT --tag ...)
          GROUP --tag x --tag y => --tag: "y" is a second one for its server (expected: one --tag after each --server)
          GROUP --mux 1025 => --mux: 1025 (expected: 0..1024)
          GROUP --mux -2 => --mux: -2 (expected: 0..1024)
          GROUP --mux on => --mux: "on" (expected: 0..1024)
          GROUP --mux 1 --mux 2 => --mux: "2" is a second one for its server (expected: one --mux after each --server)
          --vnext {"address":"a","port":1,"users":[{"id":"ID"}]} --mux 1 --mux 2 => --mux: "2" is a second one for its server (expected: one --mux after each --vnext)
          --demo --subscribe https://a.example/verysecret => --demo: it is the only server (expected: no link, --server, --vnext or --subscribe beside it)
          --subscribe https:///verysecret => --subscribe: "https://…": no host (expected: https://HOST/..., as the provider shows it)
          --subscribe https://a.example:99999/verysecret => --subscribe: "https://…": its host or port is wrong (expected: https://HOST/..., as the provider shows it)
          --subscribe ftp://a.example/verysecret => --subscribe: "ftp://…" (expected: https://..., http://... or a file)
          --subscribe vmess://verysecret => --subscribe: "vmess://…" is a link of one server (expected: a URL that lists servers, or a file; a link stands alone, without --subscribe)
          --subscribe a.example/verysecret => --subscribe: "a.example…": no such file (expected: a file, or https://HOST/...)
          --subscribe no-such.txt => --subscribe: "no-such.txt": no such file (expected: a file, or https://HOST/...)
          --subscribe https://a.example/verysecret --mux 1 --mux 2 => --mux: "2" is a second one for its server (expected: one --mux after each --subscribe)
          --subscribe https://a.example/verysecret --user ID => --user: "27848739-…-4b6b" has no --server before it (expected: --server HOST:PORT --user ...)
          GROUP --subscribe-interval 0s => --subscribe-interval: "0s" leaves no time (expected: more than 0, as in 4s)
          GROUP --subscribe-interval 10ms => --subscribe-interval: "10ms" (expected: at least 1s; providers want hours)
          GROUP --subscribe-agent= => --subscribe-agent: "" (expected: 1 to 200 characters of ASCII, as in vmess-proxy)
          --mux 8 GROUP => --mux: "8" has no --server before it (expected: --server HOST:PORT --mux ...)
          --demo --mux 8 => --mux: not for the server of --demo (expected: --server HOST:PORT --user UUID --mux ...)
          --demo --udp-mode xudp => --udp-mode: not for the server of --demo (expected: --server HOST:PORT --user UUID --udp-mode ...)
          GROUP --udp-mode full => --udp-mode: "full" (expected: plain, xudp or packetaddr)
          GROUP --udp-mode plain --udp-mode xudp => --udp-mode: "xudp" is a second one for its server (expected: one --udp-mode after each --server)
          GROUP --transport kcp => --transport: "kcp" is not supported (expected: tcp, http-header, ws, httpupgrade, h2 or grpc)
          GROUP --tsl => --tsl: unknown option (did you mean --tls?)
          GROUP --pth /ray => --pth: unknown option (did you mean --path?)
          GROUP --muxx=8 => --muxx: unknown option (did you mean --mux?)
          GROUP --path /ray => --path: not for transport tcp (expected: --transport before it, as in --transport ws)
          GROUP --transport ws --header x => --header: "…" is no header (expected: NAME=VALUE, as in --header User-Agent=curl/8)
          GROUP --transport ws --header host=a => --header: Host has an option of its own (expected: --host NAME)
          GROUP --transport ws --early-data 5000 => --early-data: 5000 (expected: 1..4096)
          GROUP --transport grpc --grpc-mode x => --grpc-mode: "x" (expected: gun or multi)
          GROUP --sni a.example => --sni: there is no TLS to that server (expected: --tls beside it)
          GROUP --insecure => --insecure: there is no TLS to that server (expected: --tls beside it)
          GROUP --tls --sni a --sni b => --sni: a second one for its server (expected: one --sni after each --server)
          GROUP --tls --pin abcd => --pin: "abcd" (expected: 64 hex digits of a certificate's SHA-256, chain:BASE64 or key:BASE64)
          GROUP --tls --pin LkZkCg5g/qvBC2bPSiyJZJg9OoIe1PgtN8AbY9dAn8I= => --pin: "LkZkCg5g/qvBC2bPSiyJZJg9OoIe1PgtN8AbY9dAn8I=" (expected: 64 hex digits of a certificate's SHA-256, chain:BASE64 or key:BASE64)
          --tls GROUP => --tls: "true" has no --server before it (expected: --server HOST:PORT --tls ...)
          --demo --tls => --tls: not for the server of --demo (expected: --server HOST:PORT --user UUID --tls ...)
          GROUP --tag= => --tag: "" is no name (expected: 1 to 100 printable characters, as in --tag home)
          --server a --user ID => --server: "a" has no port (expected: HOST:PORT, as in a.example.com:443)
          --server a:0 --user ID => --server: "a:0": port: 0 (expected: 1..65535)
          --server vmess://eyJ2IjoiMiJ9:1 --user ID => --server: "vmess://eyJ2IjoiMiJ9:1" is not an address (expected: HOST:PORT, as in a.example.com:443)
          --server a:1 --user= => --user: "" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          --server a:1 --user IDb => --user: "27848739…" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          --server a:1 --user 27848739-7e62-4138-9fd3-098a63964b6 => --user: "27848739…" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          --server a:1 --user abc,level=x => --user: "a…,level=x": level: "x" (expected: 0..255)
          --server a:1 --user ID,alterId=70000 => --user: "27848739-…-4b6b,alterId=70000": alterId: 70000 (expected: 0..65535)
          --server a:1 --user ID,alterId= => --user: "27848739-…-4b6b,alterId=": alterId: "" (expected: 0..65535)
          --server a:1 --user ID,level=256 => --user: "27848739-…-4b6b,level=256": level: 256 (expected: 0..255)
          --server a:1 --user ID,level=1,level=2 => --user: "27848739-…-4b6b,level=1,level=2": level is given twice (expected: once)
          --server a:1 --user ID,security=x => --user: "27848739-…-4b6b,security=x": security: "x" (expected: SECURITIES)
          --server a:1 --user ID,authLength=yes => --user: "27848739-…-4b6b,authLength=yes": authLength: "yes" (expected: true or false)
          --server a:1 --user ID,ID => --user: "27848739-…-4b6b,27848739-…-4b6b": unknown part (expected: alterId=N, security=NAME, level=N or authLength=true, as in UUID,alterId=0,security=auto)
          --vnext [] => --vnext: JSON: empty (expected: at least one server)
          --vnext no-such.json => --vnext: "no-such.json": no such file (expected: a file's name, or JSON that begins with { or [)
          --demo --listen 1080 => --listen: "1080" has no host (expected: HOST:PORT, as in 127.0.0.1:1080)
          --demo --listen ftp://a:1 => --listen: "ftp://a:1" has no such kind (expected: mixed, socks or http, as in mixed://127.0.0.1:1080)
          --demo --listen socks://al:secret@127.0.0.1:1 => --listen: "…@127.0.0.1:1": IPv6 goes in brackets (expected: [HOST]:PORT, as in [::1]:1080)
          --demo --listen 0.0.0.0:1080 => --listen: "0.0.0.0:1080" would be open to everybody who can reach it (expected: --auth USER:PASSWORD with it, or --allow-open if that is meant)
          --demo --listen my-host:1080 => --listen: "my-host:1080" would be open to everybody who can reach it (expected: --auth USER:PASSWORD with it, or --allow-open if that is meant)
          --demo --auth verysecret => --auth: "ve…" has no colon (expected: USER:PASSWORD, as in alice:wonderland)
          --demo --auth :verysecret => --auth: ":…": user: 0 bytes (expected: 1..255, as in alice:wonderland)
          --demo --auth alice: => --auth: "alice:…": password: 0 bytes (expected: 1..255, as in alice:wonderland)
          --demo --udp-address my-host => --udp-address: "my-host" is no IP address (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address 192.0.2.1:53 => --udp-address: "192.0.2.1:53" is no address (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address fe80::1%eth0 => --udp-address: "fe80::1%eth0" is no address (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address= => --udp-address: "" is no address (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address 0.0.0.0 => --udp-address: "0.0.0.0" is all addresses (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address :: => --udp-address: "::" is all addresses (expected: an IP address that applications can reach, as in 192.0.2.1)
          --demo --udp-address ::1 --udp-address ::1 => --udp-address: given twice (expected: once)
          --demo --drain 3 => --drain: "3" is not a duration (expected: a number and its unit, as in 250ms, 4s, 2m or 1h)
          --demo --clock-offset 5m => --clock-offset: "5m" is not an offset (expected: seconds, as in 282 or -60, or auto)
          --demo --connect-timeout 0s => --connect-timeout: "0s" leaves no time (expected: more than 0, as in 4s)
          --demo --drain 1s --drain 2s => --drain: given twice (expected: once)
          --demo --policy 1 => --policy: "1" has no colon (expected: LEVEL:KEY=VALUE,..., as in 1:connIdle=10m,uplinkOnly=5s)
          --demo --policy x:connIdle=1s => --policy: "x:connIdle=1s": level: "x" (expected: 0..255)
          --demo --policy 1:bufferSize=4kb => --policy: "1:bufferSize=4kb": bufferSize: "4kb" is not a size (expected: bytes, as in 4096, 512k, 1m or 0)
          --demo --policy 1:bufferSize=-1 => --policy: "1:bufferSize=-1": bufferSize: "-1" is not a size (expected: bytes, as in 4096, 512k, 1m or 0)
          --demo --policy 1:bufferSize=1025m => --policy: "1:bufferSize=1025m": bufferSize: "1025m" is too large (expected: at most 1024m)
          --demo --policy 1:idle=4s => --policy: "1:idle=4s": unknown key (expected: handshake, connIdle, uplinkOnly, downlinkOnly or bufferSize, as in 1:connIdle=10m,uplinkOnly=5s)
          --demo --policy 1:connIdle=300 => --policy: "1:connIdle=300": connIdle: "300" is not a duration (expected: a number and its unit, as in 250ms, 4s, 2m or 1h)
          --demo --policy 1:connIdle=1s,connIdle=2s => --policy: "1:connIdle=1s,connIdle=2s": connIdle is given twice (expected: once)
          --demo -q -v => --quiet: given with --verbose (expected: one of them)
          vmess://eyJ2IjoiMiJ9 => "vmess://…": add: missing (expected: a name or an IP address)
          run vmess://eyJ2IjoiMiJ9 => "vmess://…": add: missing (expected: a name or an IP address)
          GROUP <vmess://eyJ2Ijoi*J9> => "<vmess://…": character 18: "*" is not base64 (expected: letters, digits, + and /, or vmess://UUID@HOST:PORT)
          vmess://ID@b.example:443x => "vmess://…": character 56: "443x" is no port (expected: 1..65535)
          vmess://ID@b.example:443?type=quic => "vmess://…": character 65: "quic" is not supported (expected: tcp, ws, httpupgrade, h2 or grpc)
          vmess://ID@b.example:443?type=kcp => "vmess://…": net: kcp is not supported (expected: tcp, ws, httpupgrade, h2 or grpc; ask the provider for one of them)
          vmess://ID@b.example:443?security=reality => "vmess://…": character 69: "reality" is not supported (expected: tls or none)
          vmess://ID@b.example:443 vmess://ID@b.example => "vmess://…" (link 2): port: missing (expected: 1..65535)
          vless://ID@b.example:443 => "vless://…": character 1: "vless://" is another protocol, not supported here (expected: vmess://...)
          https://sub.example/verysecret => "https://…": character 1: "https://" is another protocol, not supported here (expected: vmess://...); a subscription goes behind --subscribe
          vmess://ID@b.example:443 --demo => --demo: it is the only server (expected: no link, --server, --vnext or --subscribe beside it)
          vmess://ID@b.example:443 --user ID => --user: "27848739-…-4b6b" has no --server before it (expected: --server HOST:PORT --user ...)
          vmess://ID@b.example:443 --mux 1 --mux 2 => --mux: "2" is a second one for its server (expected: one --mux after each LINK)
          --tag x vmess://ID@b.example:443 => --tag: "x" has no --server before it (expected: --server HOST:PORT --tag ...)
          --demo --auth alice:my password => "pa…": not an option (expected: --server HOST:PORT --user UUID, for one)
          @no-such => @no-such: no such file (expected: a file of arguments)
          --usr ID => --usr: unknown option (did you mean --user?)
          --servr=a:1 => --servr: unknown option (did you mean --server, --service-name?)
          --lissten=a:1 => --lissten: unknown option (did you mean --listen?)
          -pverysecret => -p: unknown option (vmess-proxy --help lists all)
          --server => --server: no value (expected: --server HOST:PORT)
          --auth --user=ID => --auth: no value (expected: --auth USER:PASSWORD)
          --demo=ID => --demo (or VMESS_PROXY_DEMO): "27848739-…-4b6b" is no value for a switch (expected: --demo alone, or VMESS_PROXY_DEMO=true)
          """)
  void saysInOneLineWhatIsWrong(String line, String message) {
    String args = line.replace("GROUP", "--server s:1 --user ID").replace("ID", ID);
    String expected = message.replace("SECURITIES", Parsed.SECURITIES);

    String error = args.isEmpty() ? Parsed.error() : Parsed.error(args.split(" "));

    assertThat(error).isEqualTo(expected).doesNotContain(ID).doesNotContain("verysecret");
  }

  /** Options and subcommands of later versions are unknown, not ignored. */
  @ParameterizedTest
  @CsvSource({"--direct", "--block", "--proxy", "--control", "--access-log", "--log"})
  void knowsNoOptionOfLaterVersions(String option) {
    assertThat(Parsed.error("--demo", option, OTHER_ID)).startsWith(option + ": unknown option (");
  }

  @Test
  void refusesAFolderOfArguments(@TempDir Path folder) {
    assertThat(Parsed.error("@" + folder))
        .isEqualTo("@" + folder + ": a directory (expected: a file of arguments)");
  }
}

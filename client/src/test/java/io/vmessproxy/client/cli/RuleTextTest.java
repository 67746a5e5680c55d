package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleTextTest {
  /** A target is {@code NAME} or {@code NAME=ADDRESS}, the latter as it was looked up. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          domain:example.com | example.com | true
          domain:example.com | EXAMPLE.com. | true
          domain:Example.COM. | example.com | true
          domain:example.com | a.b.example.com | true
          domain:example.com | notexample.com | false
          domain:example.com | example.com.org | false
          domain:example.com | com | false
          domain:example.com | 192.0.2.7 | false
          full:example.com | example.com | true
          full:example.com | Example.com. | true
          full:example.com | a.example.com | false
          full:example.com | 2001:db8::1 | false
          keyword:Tracker | my-tracker.example | true
          keyword:tracker | track.example | false
          keyword:192 | 192.0.2.7 | false
          regexp:^ad[0-9]+\\. | ad12.example.com | true
          regexp:^AD[0-9]+\\. | ad1.example.com | true
          regexp:^ad[0-9]+\\. | bad12.example.com | false
          regexp:ample | example.com. | true
          regexp:com$ | example.com. | true
          regexp:.* | 192.0.2.7 | false
          ip:192.0.2.0/24 | 192.0.2.7 | true
          ip:192.0.2.9/24 | 192.0.2.7 | true
          ip:192.0.2.7 | 192.0.2.7 | true
          ip:192.0.2.7 | 192.0.2.8 | false
          ip:0.0.0.0/0 | a.example | false
          ip:0.0.0.0/0 | a.example=192.0.2.7 | true
          ip:192.0.2.0/24 | a.example=192.0.3.7 | false
          ip:2001:db8::/32 | 2001:db8::7 | true
          ip:[2001:db8::1] | 2001:db8::1 | true
          ip:2001:db8::/32 | 192.0.2.7 | false
          private | 127.0.0.1 | true
          private | 192.168.1.1 | true
          private | 169.254.169.254 | true
          private | fd00::1 | true
          private | 8.8.8.8 | false
          private | localhost | true
          private | a.localhost. | true
          private | localhost.example.com | false
          private | a.example | false
          private | a.example=10.0.0.1 | true
          private | localhost=8.8.8.8 | false
          port:80 | a.example | true
          port:79 | a.example | false
          port:1-65535 | 192.0.2.7 | true
          port:80-90 | a.example | true
          port:70-80 | a.example | true
          port:81-90 | a.example | false
          """)
  void matches(String rule, String target, boolean matches) throws UnknownHostException {
    String[] parts = target.split("=", -1);
    InetAddress address = null;
    if (parts.length > 1) {
      byte[] octets = NetUtil.createByteArrayFromIpAddressString(parts[1]);
      address = InetAddress.getByAddress(octets);
    }
    Destination named = new Destination(Address.of(parts[0]), 80);

    assertThat(RuleText.read("--deny", rule).matches(named, address)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          `` =>  is no rule (KINDS)
          example.com =>  is no rule (KINDS)
          domian:a =>  is no rule (KINDS)
          DOMAIN:a =>  is no rule (KINDS)
          private:x =>  is no rule (KINDS)
          private: =>  is no rule (KINDS)
          domain: =>  has nothing behind its colon (KINDS)
          geosite:cn =>  is not supported yet (KINDS)
          geoip:private =>  is not supported yet (KINDS)
          domain:.example.com =>  is no whole name (expected: domain:NAME, for NAME and all below it)
          full:*.example.com =>  is no whole name (expected: domain:NAME, for NAME and all below it)
          domain:a/b => : domain: character 0x2f at 1 (expected: letters, digits, '.', '-' and '_')
          full:192.0.2.7 =>  is an address, no name (expected: ip:192.0.2.7, or full:example.com)
          regexp:a( => : Unclosed group at 2 (expected: a regular expression as Java has them, as in regexp:^ad[0-9]*\\.)
          ip:example.com =>  is no block of addresses (expected: an address or a block, as in ip:192.0.2.7 or ip:2001:db8::/32)
          ip:1.2.3.4:5 =>  is no block of addresses (expected: an address or a block, as in ip:192.0.2.7 or ip:2001:db8::/32)
          ip:192.0.2.0/33 => : bits behind /: 33 (expected: 0..32)
          ip:2001:db8::/129 => : bits behind /: 129 (expected: 0..128)
          ip:192.0.2.0/ => : bits behind /: "" (expected: 0..32)
          port:0 => : port: 0 (expected: 1..65535)
          port:http => : port: "http" (expected: 1..65535)
          port:90-80 => : last port: 80 (expected: 90..65535)
          port:-80 => : first port: "" (expected: 1..65535)
          """,
      ignoreLeadingAndTrailingWhitespace = false)
  void saysWhatIsWrong(String text, String message) {
    String kinds =
        "expected: domain:NAME, full:NAME, keyword:TEXT, regexp:RE, ip:CIDR, port:N, port:N-M or"
            + " private";

    assertThatThrownBy(() -> RuleText.read("--allow", text))
        .isInstanceOf(SettingsException.class)
        .hasMessage("--allow: \"" + text + "\"" + message.replace("KINDS", kinds));
  }
}

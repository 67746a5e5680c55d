package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubscriptionSourceTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          https://a.example/s?token=1 => https://a.example/s?token=1
          HTTPS://A.Example => https://a.example/
          https://a.example?x=1 => https://a.example/?x=1
          http://a.example:8080/x#name => http://a.example:8080/x
          http://[2001:db8::1]:81/x => http://[2001:db8::1]:81/x
          https://bücher.example/ü => https://xn--bcher-kva.example/%C3%BC
          https://al:pa@ss@a.example/ => https://al:pa%40ss@a.example/
          https://a.example/a b|c?d={e}%20%zz => https://a.example/a%20b%7Cc?d=%7Be%7D%20%25zz
          """)
  void readsUrlsAsPeopleHaveThem(String text, URI expected) {
    assertThat(read(text)).isInstanceOf(SubscriptionUrl.class);
    assertThat(((SubscriptionUrl) read(text)).uri()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://secret1:secret2@a.example:x/secret3?t=secret4",
        "https:///secret3",
        "https://secret1@/secret3",
        "https://a.example:123456/secret3",
        "https://a..example/secret3",
        "https://[::1/secret3",
        "https://a b/secret3?secret4",
        "ftp://a.example/secret3",
        "vmess://secret3",
        "a.example/secret3",
        "https:/a.example/secret3",
        "https:a.example/secret3",
        "HTTPS:secret3",
        "https//a.example/secret3",
        "http:///secret3",
        "provider:8443/secret3",
        "localhost/secret3",
        "[::1]:80/secret3",
        "a.example?t=secret4",
        "secret1:secret2@a.example/secret3",
        "sub?token=secret4",
        "file://a.example/secret3?secret4",
      })
  void whatIsWrongWithAUrlIsSaidWithoutIt(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(SettingsException.class)
        .hasNoCause()
        .hasMessageStartingWith("--subscribe: ")
        .message()
        .doesNotContain("secret1", "secret2", "secret3", "secret4");
  }

  @Test
  void showsOfAUrlItsHostAlone() {
    SubscriptionSource source = read("https://al:secret2@a.example:8443/secret3?t=secret4");

    assertThat(source.shown()).isEqualTo("a.example");
    assertThat(source).hasToString("a.example");
  }

  @Test
  void takesEachPartOfTheUrlOutOfATextThatRepeatsIt() {
    SubscriptionSource source = read("https://al:secret2@a.example/api/sec%72et3?t=secret4&u=x");

    assertThat(source.scrub("a.example: secret3 sec%72et3 SECRET4, /api/sec%72et3?t=secret4&u=x"))
        .isEqualTo("a.example: … … …, …");
    assertThat(source.scrub("secret2 al:secret2 api x")).isEqualTo("… … api x");
    assertThat(read("https://a.example").scrub("nothing")).isEqualTo("nothing");
  }

  @Test
  void readsAFileByNameAndByUrl(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("my list.txt"), "x");

    assertThat(read(file.toString())).isEqualTo(new SubscriptionFile(file));
    assertThat(read("file://" + folder + "/my%20list.txt")).isEqualTo(new SubscriptionFile(file));
    assertThat(read("file://localhost" + file)).isEqualTo(new SubscriptionFile(file));
    assertThat(read(file.toString()).shown()).isEqualTo(file.toString());
  }

  @Test
  void saysThatThereIsNoSuchFile(@TempDir Path folder) {
    assertThatThrownBy(() -> read("/no/such"))
        .hasMessage(
            "--subscribe: \"/no/such\": no such file (expected: a file, or https://HOST/...)");
    assertThatThrownBy(() -> read(folder.toString()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("is no regular file");
    assertThatThrownBy(() -> read("")).isInstanceOf(SettingsException.class);
  }

  private static SubscriptionSource read(String text) {
    return SubscriptionSource.read("--subscribe", text);
  }
}

package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileTest {
  @ParameterizedTest
  @CsvSource({
    "24, PT24H",
    "' 12 ', PT12H",
    "1.5, PT1H30M",
    "0.1, PT1H",
    "100000, PT720H",
    "999999999, PT720H",
    "0,",
    "-3,",
    "1e3,",
    "soon,",
    "'',",
  })
  void theProviderSaysHowOftenWithinLimits(String header, @Nullable Duration interval) {
    assertThat(profile("profile-update-interval", header).updateInterval()).isEqualTo(interval);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          Home => Home
          base64:SG9tZSDwn4+g => Home 🏠
          base64:SG9tZQ => Home
          base64:*** => ***
          My%20%F0%9F%8F%A0 => My 🏠
          100% => 100%
          """)
  void readsATitleHoweverItIsWritten(String header, String title) {
    assertThat(profile("profile-title", header).title()).isEqualTo(title);
  }

  @Test
  void readsATitleOfBareUtf8() {
    String bytes = new String("Дом".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(profile("profile-title", bytes).title()).isEqualTo("Дом");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          attachment; filename="My List.yaml" => My List
          attachment; filename=list => list
          attachment; filename="x"; filename*=UTF-8''%D0%94%D0%BE%D0%BC.txt => Дом
          attachment; filename="../../etc/passwd" => passwd
          attachment; filename="..\\..\\evil.exe" => evil
          inline => ``
          """)
  void aDownloadsNameIsTheTitleWhereThereIsNone(String header, String title) {
    assertThat(profile("content-disposition", header).title()).isEqualTo(title);
    assertThat(
            Profile.of(Map.of("content-disposition", header, "profile-title", "Home"), text -> text)
                .title())
        .isEqualTo("Home");
  }

  @Test
  void whatStrangersWriteIsOneShortLine() {
    String evil = "a\nb\u001b[2Jc\u202ed" + "x".repeat(500);
    String header =
        "base64:" + Base64.getEncoder().encodeToString(evil.getBytes(StandardCharsets.UTF_8));

    assertThat(profile("profile-title", header).title())
        .startsWith("a b [2Jc d")
        .endsWith("x…")
        .hasSize(201);
  }

  @Test
  void notesAreForPeopleAndLinksAreOfTheWebAlone() {
    Profile profile =
        Profile.of(
            Map.of(
                "profile-title", "Home",
                "subscription-userinfo", "download=1024; total=2048",
                "announce", "base64:TmV3IHNlcnZlcnM",
                "support-url", "https://help.example/token123",
                "profile-web-page-url", "javascript:alert(1)"),
            text -> text.replace("token123", "…"));

    assertThat(profile.notes(Instant.EPOCH))
        .containsExactly(
            "Home",
            "1 of 2 KiB used",
            "announcement: New servers",
            "support: https://help.example/…");
  }

  private static Profile profile(String name, String value) {
    return Profile.of(Map.of(name, value), text -> text);
  }
}

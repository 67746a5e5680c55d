package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotaTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  /** Vectors: share-links.json, userinfo. */
  @ParameterizedTest
  @MethodSource("userinfo")
  void readsWhatProvidersSend(String header, @Nullable Quota expected) {
    assertThat(Quota.parse(header)).isEqualTo(Optional.ofNullable(expected));
  }

  static List<Arguments> userinfo() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    try (InputStream in = QuotaTest.class.getResourceAsStream("/vectors/share-links.json");
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      for (JsonElement one :
          JsonParser.parseReader(text).getAsJsonObject().getAsJsonArray("userinfo")) {
        JsonElement expect = one.getAsJsonObject().get("expect");
        cases.add(
            Arguments.of(
                one.getAsJsonObject().get("header").getAsString(),
                expect.isJsonNull() ? null : quota(expect.getAsJsonObject())));
      }
    }
    assertThat(cases).hasSize(5);
    return cases;
  }

  private static Quota quota(JsonObject expect) {
    return new Quota(
        expect.get("upload").getAsLong(),
        expect.get("download").getAsLong(),
        number(expect.get("total")),
        number(expect.get("expire")));
  }

  private static @Nullable Long number(JsonElement value) {
    return value.isJsonNull() ? null : (Long) value.getAsLong();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";;", "junk", "used=1; left=2", "total=abc; expire=x", "=;=1"})
  void nothingCountedIsNoQuota(String header) {
    assertThat(Quota.parse(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "1e9999", "nan", "infinity", "0x10", "1d", "1e-5", "++1", "1.2.3", "٣"})
  void aBadValueIsAsGoodAsNone(String value) {
    assertThat(Quota.parse("upload=7; total=" + value)).contains(new Quota(7, 0, null, null));
  }

  @Test
  void noNumberIsTooLarge() {
    assertThat(Quota.parse("total=1e999; upload=99999999999999999999"))
        .contains(new Quota(Long.MAX_VALUE, 0, Long.MAX_VALUE, null));
    assertThat(Quota.parse("total=1e999").orElseThrow().text(NOW)).isEqualTo("0 of 8 EiB used");
    assertThat(Quota.parse("upload=1;" + "x".repeat(2000))).as("a header beyond reason").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          upload=3206933709; download=10000000000; total=107374182400; expire=1798675200 => 12.3 of 100 GiB used, until 2026-12-31
          upload=0; download=512 => 512 B used
          upload=0; download=2048; total=2048 => 2 of 2 KiB used, which is all
          download=1; total=1099511627776; expire=1767225600 => 0 of 1 TiB used, expired 2026-01-01
          download=1048576; expire=99999999999999 => 1 MiB used
          """)
  void saysInWordsWhatIsLeft(String header, String text) {
    assertThat(Quota.parse(header).orElseThrow().text(NOW)).isEqualTo(text);
  }
}

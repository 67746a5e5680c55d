package io.vmessproxy.common.vmess.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code account.json}. Names are those of Xray; sing-box takes others, too. */
class UserIdTest {
  private static final Set<Integer> UUID_LENGTHS = Set.of(32, 36);

  private static boolean isUuid(JsonObject vector) {
    return UUID_LENGTHS.contains(Vectors.text(vector, "text").length());
  }

  private static boolean isName(JsonObject vector) {
    int length = Vectors.text(vector, "text").length();
    return length >= 1 && length <= 30;
  }

  static List<JsonObject> ids() {
    List<JsonObject> cases = Vectors.of("account", "ids", v -> isUuid(v) || isName(v));
    assertThat(cases).hasSize(9 + 2);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("ids")
  void readsAUuidOrAName(JsonObject vector) {
    UserId id = UserId.read(Vectors.text(vector, "text"));

    assertThat(id.bytes()).isEqualTo(Vectors.bytes(vector, "uuid"));
    assertThat(CommandKey.of(id).bytes()).isEqualTo(Vectors.bytes(vector, "cmd_key"));
  }

  static List<JsonObject> noIds() {
    List<JsonObject> cases = Vectors.of("account", "rejected", v -> !isName(v));
    cases.addAll(Vectors.of("account", "ids", v -> !isUuid(v) && !isName(v)));
    assertThat(cases).hasSize(4 + 2);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("noIds")
  void readsNothingElse(JsonObject vector) {
    assertThatThrownBy(() -> UserId.read(Vectors.text(vector, "text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(not|neither) a UUID .*");
  }

  @Test
  void aNameIsAsLongAsItsUtf8() {
    assertThat(UserId.read("ü".repeat(15))).isEqualTo(UserId.fromName("ü".repeat(15)));
    assertThatThrownBy(() -> UserId.read("ü".repeat(16)))
        .hasMessage(
            "neither a UUID (8-4-4-4-12 hex digits) nor a name: 32 bytes (expected: 1 to 30)");
  }

  /** Shortened groups, braces and the like are names to others: we would rather be asked. */
  @ParameterizedTest
  @CsvSource({
    "b831381d-6324-4d53-ad4f-8cda48b3081",
    "{b831381d-6324-4d53-ad4f-8cda48b30811}",
    "b831381d-63244-d53-ad4f-8cda48b30811"
  })
  void anAlmostUuidIsNoName(String text) {
    assertThatThrownBy(() -> UserId.read(text))
        .hasMessage("not a UUID (expected: 8-4-4-4-12 hex digits)");
  }

  @Test
  void showsItsEndsOnly() {
    assertThat(UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b")).hasToString("27848739-…-4b6b");
  }
}

package io.vmessproxy.common.vmess.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code account.json}. Names are no UUIDs; {@link UserIdTest} reads them. */
class CommandKeyTest {
  private static final Set<Integer> UUID_LENGTHS = Set.of(32, 36);

  private static boolean isUuid(JsonObject vector) {
    return UUID_LENGTHS.contains(Vectors.text(vector, "text").length());
  }

  static List<JsonObject> ids() {
    List<JsonObject> cases = Vectors.of("account", "ids", CommandKeyTest::isUuid);
    assertThat(cases).hasSize(9);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("ids")
  void followsFromTheUsersId(JsonObject vector) {
    UserId id = UserId.parse(Vectors.text(vector, "text"));

    assertThat(id.bytes()).isEqualTo(Vectors.bytes(vector, "uuid"));
    assertThat(CommandKey.of(id).bytes()).isEqualTo(Vectors.bytes(vector, "cmd_key"));
  }

  static List<JsonObject> noIds() {
    List<JsonObject> cases = Vectors.of("account", "rejected", v -> true);
    cases.addAll(Vectors.of("account", "ids", v -> !isUuid(v)));
    assertThat(cases).hasSize(5 + 4);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("noIds")
  void isNotMadeFromOtherTexts(JsonObject vector) {
    assertThatThrownBy(() -> UserId.parse(Vectors.text(vector, "text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a UUID (expected: 8-4-4-4-12 hex digits)");
  }

  @Test
  void showsNothing() {
    CommandKey key = CommandKey.of(UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811"));

    assertThat(key).hasToString("CommandKey[secret]");
  }

  @Test
  void equalsAnotherOneOfTheSameUserOnly() {
    UserId id = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");
    UserId other = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");

    assertThat(CommandKey.of(id))
        .isEqualTo(CommandKey.of(id))
        .hasSameHashCodeAs(CommandKey.of(id))
        .isNotEqualTo(CommandKey.of(other));
  }
}

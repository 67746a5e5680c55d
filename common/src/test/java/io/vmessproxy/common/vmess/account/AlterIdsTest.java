package io.vmessproxy.common.vmess.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlterIdsTest {
  private static final UserId MAIN = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  static List<JsonObject> chains() {
    List<JsonObject> cases = Vectors.of("account", "alter", v -> true);
    assertThat(cases).hasSize(2);
    return cases;
  }

  /** Vectors: {@code account.json}. */
  @ParameterizedTest
  @MethodSource("chains")
  void areTheReferenceOnesInOrder(JsonObject vector) {
    UserId main = UserId.of(Vectors.bytes(vector, "uuid"));
    List<UserId> expected =
        Vectors.list(vector, "alter_ids").stream().map(bytes -> UserId.of(bytes)).toList();

    assertThat(AlterIds.of(main, 16)).isEqualTo(expected);
    assertThat(AlterIds.of(main, 3)).isEqualTo(expected.subList(0, 3));
  }

  @Test
  void areAsManyAsAskedFor() {
    assertThat(AlterIds.of(MAIN, 0)).isEmpty();
    assertThat(AlterIds.of(MAIN, 65_535)).hasSize(65_535).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void areNotMoreThan16BitsCanTell(int count) {
    assertThatThrownBy(() -> AlterIds.of(MAIN, count))
        .hasMessage("alterId: %d (expected: 0..65535)".formatted(count));
  }
}

package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuthIdTest {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811"));

  static List<JsonObject> authIds() {
    List<JsonObject> cases = Vectors.of("request_headers", "auth_id", v -> true);
    assertThat(cases).hasSize(3);
    return cases;
  }

  /** Vectors: {@code request_headers.json}. */
  @ParameterizedTest
  @MethodSource("authIds")
  void isTheReferenceOneAndTellsItsTime(JsonObject vector) {
    assertThat(KEY.bytes()).isEqualTo(Vectors.bytes(vector, "cmd_key"));
    long time = vector.get("time").getAsLong();
    int random = ByteBuffer.wrap(Vectors.bytes(vector, "random")).getInt();

    byte[] authId = AuthId.create(KEY, time, random);

    assertThat(authId).isEqualTo(Vectors.bytes(vector, "auth_id"));
    assertThat(AuthId.open(KEY, authId)).hasValue(time);
  }

  @Test
  void tellsNothingToOtherUsers() {
    byte[] authId = AuthId.create(KEY, 1_700_000_000, 7);
    byte[] id = new byte[UserId.BYTES];

    for (int user = 0; user < 200; user++) {
      id[0] = (byte) user;
      assertThat(AuthId.open(CommandKey.of(UserId.of(id)), authId)).isEmpty();
    }
  }

  @Test
  void tellsNothingOnceAByteIsChanged() {
    byte[] authId = AuthId.create(KEY, 1_700_000_000, 7);

    for (int i = 0; i < authId.length; i++) {
      byte[] changed = authId.clone();
      changed[i] ^= 1;
      assertThat(AuthId.open(KEY, changed)).isEmpty();
    }
  }

  @Test
  void carriesAnyTime() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      long time = random.nextLong();
      assertThat(AuthId.open(KEY, AuthId.create(KEY, time, random.nextInt())))
          .as("seed %d", seed)
          .hasValue(time);
    }
  }
}

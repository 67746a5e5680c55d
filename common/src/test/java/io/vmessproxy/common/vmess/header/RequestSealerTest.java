package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSealerTest {
  private static final long NOW = 1_700_000_000;
  private static final UserId ID = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  private final SecureRandom random = new SecureRandom();

  private static RequestSealer sealer(int alterId) {
    return RequestSealer.of(new Account(ID, alterId, Security.AES_128_GCM, 0));
  }

  private RequestHeader header(HeaderForm form, String host) {
    return new RequestHeader(
        SessionKeys.random(random, form),
        new Account(ID, 0, Security.AES_128_GCM, 0).bodyOptions(Command.TCP),
        Security.AES_128_GCM,
        Command.TCP,
        new Destination(Address.of(host), 443));
  }

  @ParameterizedTest
  @CsvSource({"0, AEAD, 374", "1, LEGACY, 332", "65535, LEGACY, 332"})
  void choosesTheFormByTheAlternativeIds(int alterId, HeaderForm form, int maxBytes) {
    assertThat(sealer(alterId).form()).isEqualTo(form);
    assertThat(sealer(alterId).maxBytes()).isEqualTo(maxBytes);
  }

  @ParameterizedTest
  @CsvSource({"0", "4"})
  void neverWritesMoreThanItsMost(int alterId) {
    RequestSealer sealer = sealer(alterId);
    RequestHeader header = header(sealer.form(), "x".repeat(255));
    int most = 0;
    for (int i = 0; i < 500; i++) {
      ByteBuf out = Unpooled.buffer(sealer.maxBytes(), sealer.maxBytes());
      sealer.seal(header, NOW, random, out);
      most = Math.max(most, out.readableBytes());
    }

    assertThat(most).isEqualTo(sealer.maxBytes());
  }

  @Test
  void sealsWhatAServerOpens() {
    RequestSealer sealer = sealer(0);
    RequestHeader header = header(HeaderForm.AEAD, "there.example");
    ByteBuf wire = Unpooled.buffer();

    sealer.seal(header, NOW, random, wire);

    byte[] authId = take(wire, AuthId.BYTES);
    assertThat(AuthId.open(CommandKey.of(ID), authId)).hasValue(NOW);
    byte[] length = take(wire, AeadSeal.SEALED_LENGTH_BYTES);
    byte[] nonce = take(wire, AeadSeal.NONCE_BYTES);
    byte[] sealed = take(wire, AeadSeal.openLength(CommandKey.of(ID), authId, length, nonce));
    assertThat(AeadSeal.openHeader(CommandKey.of(ID), authId, nonce, sealed)).isEqualTo(header);
    assertThat(wire.isReadable()).isFalse();
  }

  /** Each second and each id is left out of 6000 headers with a chance of less than 1 in 10^40. */
  @Test
  void spreadsLegacyHeadersOverAMinuteAndAllAlternativeIds() {
    RequestSealer sealer = sealer(4);
    RequestHeader header = header(HeaderForm.LEGACY, "there.example");
    Map<ByteBuffer, long[]> table = table(4);
    Set<Long> seconds = new TreeSet<>();
    Set<Long> ids = new TreeSet<>();
    for (int i = 0; i < 6000; i++) {
      ByteBuf wire = Unpooled.buffer();
      sealer.seal(header, NOW, random, wire);
      long[] found = table.get(ByteBuffer.wrap(take(wire, LegacyAuth.BYTES)));
      assertThat(found).isNotNull();
      assertThat(new LegacyOpener(CommandKey.of(ID), found[1]).read(wire)).isEqualTo(header);
      ids.add(found[0]);
      seconds.add(found[1] - NOW);
    }

    assertThat(ids).containsExactly(0L, 1L, 2L, 3L);
    assertThat(seconds).hasSize(60).startsWith(-30L).endsWith(29L);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "64"})
  void sealsAtAnExactSecondForAnIdThatEveryServerKnows(int alterId) {
    Account account = new Account(ID, alterId, Security.AES_128_GCM, 0);
    RequestSealer sealer = RequestSealer.exact(account, HeaderForm.LEGACY);
    ByteBuf wire = Unpooled.buffer();

    sealer.seal(header(HeaderForm.LEGACY, "there.example"), NOW, random, wire);

    UserId known = alterId == 0 ? ID : AlterIds.of(ID, 1).get(0);
    assertThat(take(wire, LegacyAuth.BYTES)).isEqualTo(LegacyAuth.create(known, NOW));
    assertThat(RequestSealer.exact(account, HeaderForm.AEAD).form()).isEqualTo(HeaderForm.AEAD);
  }

  /** As a server's: number of the id and second by authentication. */
  private static Map<ByteBuffer, long[]> table(int alterId) {
    Map<ByteBuffer, long[]> table = new HashMap<>();
    long number = 0;
    for (UserId id : AlterIds.of(ID, alterId)) {
      for (long time = NOW - 120; time <= NOW + 120; time++) {
        table.put(ByteBuffer.wrap(LegacyAuth.create(id, time)), new long[] {number, time});
      }
      number++;
    }
    return table;
  }

  private static byte[] take(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }
}

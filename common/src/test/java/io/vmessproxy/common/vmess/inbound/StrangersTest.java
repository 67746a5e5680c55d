package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AeadSeal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request, the one who sent it sees the same: nothing, then a close. */
class StrangersTest {
  private static final long NOW = 1_700_000_000;
  private static final UserId KNOWN = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final UserId UNKNOWN = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  private final SecureRandom random = new SecureRandom();
  private final VmessServer server =
      new VmessServer(
          List.of(new Account(KNOWN, 0, Security.AES_128_GCM, 0)),
          PolicyTable.DEFAULT,
          new Freedom(new Dialer(new SystemResolver())),
          Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));

  @Test
  void drainsRandomBytes() {
    byte[] noise = new byte[4096];
    new Random(20_261_123).nextBytes(noise);

    assertDrained(noise);
  }

  @Test
  void drainsAnUnknownUser() {
    assertDrained(request(UNKNOWN, NOW));
  }

  @ParameterizedTest
  @ValueSource(longs = {-121, 121, -86_400, 1_000_000})
  void drainsAClockThatIsOff(long seconds) {
    assertDrained(request(KNOWN, NOW + seconds));
  }

  @ParameterizedTest
  @ValueSource(longs = {-120, 0, 120})
  void takesAClockWithinTheWindow(long seconds) {
    EmbeddedChannel channel = connect();
    channel.writeInbound(Unpooled.wrappedBuffer(request(KNOWN, NOW + seconds)));

    assertThat(answer(channel)).isNotEmpty();
  }

  @Test
  void drainsAReplay() {
    byte[] request = request(KNOWN, NOW);
    EmbeddedChannel first = connect();
    first.writeInbound(Unpooled.wrappedBuffer(request));
    assertThat(answer(first)).isNotEmpty();

    assertDrained(request);
  }

  @Test
  void drainsSessionKeysThatWereUsedBefore() {
    SessionKeys keys = SessionKeys.random(random);
    EmbeddedChannel first = connect();
    first.writeInbound(Unpooled.wrappedBuffer(request(KNOWN, NOW, keys)));
    assertThat(answer(first)).isNotEmpty();

    assertDrained(request(KNOWN, NOW + 1, keys));
  }

  @ParameterizedTest(name = "bit 0 of byte {0} flipped")
  @ValueSource(ints = {0, 15, 16, 33, 34, 41, 42, 60, 99})
  void drainsAHeaderWithAFlippedBit(int index) {
    byte[] request = request(KNOWN, NOW);
    request[index] ^= 1;

    assertDrained(request);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 42, 60})
  void closesAHeaderThatNeverEndsAfterTheHandshakesTime(int bytes) {
    EmbeddedChannel channel = connect();
    channel.writeInbound(Unpooled.wrappedBuffer(request(KNOWN, NOW), 0, bytes));

    channel.advanceTimeBy(3900, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();

    channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.<Object>readOutbound()).isNull();
    channel.finish();
  }

  @Test
  void takesAHeaderByteByByte() {
    EmbeddedChannel channel = connect();
    for (byte one : request(KNOWN, NOW)) {
      assertThat(channel.<Object>readOutbound()).isNull();
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(answer(channel)).isNotEmpty();
  }

  /** Sends the bytes and then noise, one at a time, until the server closes. */
  private void assertDrained(byte[] bytes) {
    EmbeddedChannel channel = connect();
    int sent = 0;
    while (channel.isOpen() && sent < 10_000) {
      byte next = sent < bytes.length ? bytes[sent] : (byte) sent;
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {next}));
      sent++;
    }
    int least = new Drain(server.users().fingerprint()).bytes(new FirstOf());

    assertThat(sent).isBetween(Math.min(least, 10_000), least + 64);
    assertThat(channel.<Object>readOutbound()).isNull();
    channel.finish();
  }

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = new EmbeddedChannel(new VmessServerHandshake(server));
    channel.freezeTime();
    return channel;
  }

  private byte[] request(UserId id, long time) {
    return request(id, time, SessionKeys.random(random));
  }

  /** A request that the server answers by itself, without dialling anybody. */
  private byte[] request(UserId id, long time, SessionKeys keys) {
    Security security = Security.AES_128_GCM;
    RequestHeader header =
        new RequestHeader(
            keys,
            BodyOptions.recommended(security, Command.UDP),
            security,
            Command.UDP,
            new Destination(Address.of("target.example"), 53));
    ByteBuf out = Unpooled.buffer();
    AeadSeal.seal(header, CommandKey.of(id), time, random, out);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] answer(EmbeddedChannel channel) {
    ByteBuf answer = channel.readOutbound();
    assertThat(answer).as("an answer").isNotNull();
    byte[] bytes = ByteBufUtil.getBytes(answer);
    answer.release();
    channel.finishAndReleaseAll();
    return bytes;
  }

  /** The least of what a generator may give. */
  private static final class FirstOf implements java.util.random.RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public int nextInt(int bound) {
      return 0;
    }
  }
}

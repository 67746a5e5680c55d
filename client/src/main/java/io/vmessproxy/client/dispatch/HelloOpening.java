package io.vmessproxy.client.dispatch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A ClientHello, in as many records as it takes, and nothing behind it: what follows at once may be
 * early data.
 */
final class HelloOpening implements ReplayRule.Opening {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int MESSAGE_HEADER = 4;
  private static final int SERVER_NAME = 0;

  private final ByteArrayOutputStream message = new ByteArrayOutputStream(512);
  private int headerBytes; // of the record at hand
  private int recordLeft;
  private int length = -1; // of the message, without its header

  @Override
  public boolean add(int next) {
    if (complete()) {
      return false;
    }
    return headerBytes < RECORD_HEADER ? addHeader(next) : addMessage(next);
  }

  private boolean addHeader(int next) {
    headerBytes++;
    return switch (headerBytes) {
      case 1 -> next == HANDSHAKE;
      case 2 -> next == 3; // TLS 1.x
      case 3 -> true;
      case 4 -> {
        recordLeft = next << 8;
        yield true;
      }
      default -> {
        recordLeft |= next;
        yield recordLeft > 0;
      }
    };
  }

  private boolean addMessage(int next) {
    message.write(next);
    recordLeft--;
    if (message.size() == 1 && next != CLIENT_HELLO) {
      return false;
    }
    if (message.size() == MESSAGE_HEADER) {
      byte[] header = message.toByteArray();
      length = ((header[1] & 0xff) << 16) | ((header[2] & 0xff) << 8) | (header[3] & 0xff);
    }
    if (recordLeft == 0) {
      headerBytes = 0;
    }
    return !complete() || recordLeft == 0; // Else another message shares the record.
  }

  @Override
  public boolean complete() {
    return length >= 0 && message.size() == MESSAGE_HEADER + length;
  }

  @Override
  public Optional<String> name() {
    if (!complete()) {
      return Optional.empty();
    }
    try {
      return serverName(ByteBuffer.wrap(message.toByteArray()));
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty(); // Not as it should be; the server will say so.
    }
  }

  private static Optional<String> serverName(ByteBuffer hello) {
    skip(hello, MESSAGE_HEADER + 2 + 32); // version and random
    skip(hello, Byte.toUnsignedInt(hello.get())); // session id
    skip(hello, Short.toUnsignedInt(hello.getShort())); // cipher suites
    skip(hello, Byte.toUnsignedInt(hello.get())); // compression methods
    if (!hello.hasRemaining()) {
      return Optional.empty();
    }
    hello.getShort();
    while (hello.hasRemaining()) {
      int type = Short.toUnsignedInt(hello.getShort());
      int bytes = Short.toUnsignedInt(hello.getShort());
      if (type == SERVER_NAME) {
        skip(hello, 2 + 1); // of the list; the only type of name there is
        byte[] name = new byte[Math.min(255, Short.toUnsignedInt(hello.getShort()))];
        hello.get(name);
        return Optional.of(new String(name, StandardCharsets.ISO_8859_1));
      }
      skip(hello, bytes);
    }
    return Optional.empty();
  }

  private static void skip(ByteBuffer bytes, int count) {
    bytes.position(bytes.position() + count);
  }
}

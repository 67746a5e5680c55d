package io.vmessproxy.common.vmess;

/** What a request asks the server for. Source: VMess specification, "Request", field "Command". */
public enum Command {
  /** A byte stream to the header's target. */
  TCP(0x01),
  /** Datagrams to the header's target, one a chunk. */
  UDP(0x02),
  /** Mux.Cool frames; the header names no target. */
  MUX(0x03);

  private final int code;

  Command(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /**
   * The command of a byte on the wire.
   *
   * @throws VmessException if there is none
   */
  public static Command of(int code) {
    return switch (code) {
      case 0x01 -> TCP;
      case 0x02 -> UDP;
      case 0x03 -> MUX;
      default ->
          throw new VmessException(
              "request header: command 0x%02x (expected: 0x01 TCP, 0x02 UDP or 0x03 mux)"
                  .formatted(code));
    };
  }
}

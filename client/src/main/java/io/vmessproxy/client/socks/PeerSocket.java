package io.vmessproxy.client.socks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether an application on this machine, from which a FIN came, has closed its socket or has only
 * ended its direction. TCP does not tell; Linux lists the sockets of a machine with their owners.
 *
 * <pre>
 *   sl  local_address rem_address   st tx:rx tr:when retrnsmt uid timeout inode
 *   12: 0100007F:C350 0100007F:0438 05 ...                          0 0
 * </pre>
 *
 * <p>A socket that nobody holds open any more has no inode. Addresses are hex words in the
 * machine's byte order. Source: Linux, Documentation/networking/proc_net_tcp.rst.
 */
public final class PeerSocket {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int UID = 7;
  private static final int INODE = 9;
  private static final String IPV4_IN_IPV6 =
      words(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});

  enum State {
    OPEN,
    CLOSED,
    /** It is on another machine, or the system does not say. */
    UNKNOWN
  }

  private PeerSocket() {}

  /**
   * Looks it up; reads files.
   *
   * @param peer the socket's own address
   * @param local the address it is connected to: ours
   */
  static State state(InetSocketAddress peer, InetSocketAddress local) {
    return state(TABLES.stream().flatMap(PeerSocket::lines).toList(), peer, local);
  }

  /**
   * The number of the user who has it open, where it is on this machine and the system says so;
   * reads files.
   *
   * @param peer the socket's own address
   * @param local the address it is connected to: ours
   */
  public static OptionalInt owner(InetSocketAddress peer, InetSocketAddress local) {
    return owner(TABLES.stream().flatMap(PeerSocket::lines).toList(), peer, local);
  }

  static OptionalInt owner(List<String> table, InetSocketAddress peer, InetSocketAddress local) {
    Set<String> theirs = forms(peer);
    Set<String> ours = forms(local);
    for (String line : table) {
      String[] fields = line.strip().split("\\s+", INODE + 2);
      if (fields.length > INODE
          && theirs.contains(fields[LOCAL])
          && ours.contains(fields[REMOTE])
          // One that nobody holds open is listed as the superuser's.
          && !fields[INODE].equals("0")) {
        return OptionalInt.of(Integer.parseInt(fields[UID]));
      }
    }
    return OptionalInt.empty();
  }

  private static Stream<String> lines(Path table) {
    try {
      return Files.readAllLines(table).stream();
    } catch (IOException e) {
      // Another system, or not for us to read.
      return Stream.empty();
    }
  }

  static State state(List<String> table, InetSocketAddress peer, InetSocketAddress local) {
    Set<String> theirs = forms(peer);
    Set<String> ours = forms(local);
    boolean oursIsListed = false;
    for (String line : table) {
      String[] fields = line.strip().split("\\s+", INODE + 2);
      if (fields.length <= INODE) {
        continue;
      }
      if (theirs.contains(fields[LOCAL]) && ours.contains(fields[REMOTE])) {
        return fields[INODE].equals("0") ? State.CLOSED : State.OPEN;
      }
      oursIsListed |= ours.contains(fields[LOCAL]) && theirs.contains(fields[REMOTE]);
    }
    boolean sameMachine =
        peer.getAddress().isLoopbackAddress() || peer.getAddress().equals(local.getAddress());
    return sameMachine && oursIsListed ? State.CLOSED : State.UNKNOWN;
  }

  /** How the table may write an address: many an application opens IPv6 sockets for IPv4, too. */
  private static Set<String> forms(InetSocketAddress address) {
    byte[] octets = address.getAddress().getAddress();
    String port = ":%04X".formatted(address.getPort());
    return Set.of(words(octets) + port, IPV4_IN_IPV6 + words(octets) + port);
  }

  private static String words(byte[] octets) {
    StringBuilder words = new StringBuilder();
    ByteBuffer left = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    while (left.hasRemaining()) {
      words.append("%08X".formatted(left.getInt()));
    }
    return words.toString();
  }
}

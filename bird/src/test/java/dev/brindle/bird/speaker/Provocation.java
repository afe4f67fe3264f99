// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.OctetPeer.UPDATE;
import static dev.brindle.bird.speaker.OctetPeer.message;

import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// One speaker among many peers of one kind, each of which may say one odd thing, and an observer
/// in another system that hears what is passed on.
///
/// ```
///  odd peer ──┐
///  odd peer ──┼─> speaker, AS 64512 ──> observer, AS 65002
///  odd peer ──┘
/// ```
///
/// What is said may hold `{P}`, a prefix of the peer's own, which it has announced before with good
/// attributes, `{A}`, good attributes with their length before them, and `{a}`, without.
final class Provocation implements AutoCloseable {

  static final long AS = 64512;
  static final long OTHER_AS = 65001;

  /// How the observer knows a speaker that is in a confederation.
  private static final long CONFEDERATION = 64500;

  private static final long OBSERVER_AS = 65002;
  static final int OBSERVER = 2;
  private static final int FIRST = 10;
  private static final int PEERS = 500;

  private final PeerKind kind;
  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final OctetPeer observer;
  private int next = FIRST;

  private Provocation(PeerKind kind) throws IOException {
    this.kind = kind;
    PeerConfig[] peers =
        IntStream.range(FIRST - 1, FIRST + PEERS)
            .map(host -> host < FIRST ? OBSERVER : host)
            .mapToObj(host -> Loopback.peer(1, AS, host, asOf(host), port).withPassive(true))
            .map(this::inConfederation)
            .toArray(PeerConfig[]::new);
    speaker.start(Loopback.config(1, AS, port, peers));
    observer = call(OBSERVER);
    observer.establish(open(OBSERVER, OBSERVER_AS));
  }

  static Provocation by(PeerKind kind) {
    try {
      return new Provocation(kind);
    } catch (IOException e) {
      throw new UncheckedIOException("no session with the observer", e);
    }
  }

  long asOf(int host) {
    if (host == OBSERVER) {
      return OBSERVER_AS;
    }
    return switch (kind) {
      case EXTERNAL, CONFEDERATION -> OTHER_AS;
      case INTERNAL -> AS;
    };
  }

  private PeerConfig inConfederation(PeerConfig peer) {
    Confederation members =
        new Confederation(
            Loopback.as(CONFEDERATION), Set.of(Loopback.as(AS), Loopback.as(OTHER_AS)));
    return kind == PeerKind.CONFEDERATION ? members.applied(peer, Loopback.as(AS)) : peer;
  }

  PeerKind kind() {
    return kind;
  }

  Speaker speaker() {
    return speaker;
  }

  RecordingSink sink() {
    return sink;
  }

  OctetPeer observer() {
    return observer;
  }

  OctetPeer call(int host) throws IOException {
    return OctetPeer.call(Loopback.address(host), Loopback.address(1), port);
  }

  /// The number of a peer that has not called yet.
  int fresh() {
    return next++;
  }

  /// A good OPEN of that peer.
  String open(int host) {
    return open(host, asOf(host));
  }

  private static String open(int host, long as) {
    return "04 %04x 0000 7f00%04x 14 0212 0104 00010001 0104 00020001 4104 %08x"
        .formatted(as, host, as);
  }

  /// Good attributes, as a peer of this kind sends them.
  String attributes(int origin) {
    return "400101%02x".formatted(origin)
        + switch (kind) {
          case EXTERNAL -> "400206 02010000fde9 400304 c0000201";
          case INTERNAL -> "400200 400304 c0000201 400504 00000064";
          case CONFEDERATION -> "400206 03010000fde9 400304 c0000201 400504 00000064";
        };
  }

  /// What the observer is told of them.
  String told(int origin) {
    return "400101%02x".formatted(origin)
        + switch (kind) {
          case EXTERNAL -> "40020a02020000fc000000fde9";
          case INTERNAL -> "40020602010000fc00";
          case CONFEDERATION -> "40020602010000fbf4";
        }
        + "4003047f000001";
  }

  /// One peer after the other, each with one thing to say.
  final class Odd implements AutoCloseable {

    private final int host = fresh();
    private final boolean isOld;
    private final OctetPeer peer;
    private int sentinels;

    Odd() throws IOException {
      this(false);
    }

    /// @param isOld it knows only AS numbers of two octets (RFC 6793), and is in another system
    Odd(boolean isOld) throws IOException {
      this.isOld = isOld;
      peer = call(host);
      peer.establish(isOld ? "04 %04x 0000 7f00%04x 00".formatted(asOf(host), host) : open(host));
      peer.say(announcement(good(2), prefix('a')));
      follow(prefix('a'));
    }

    private String good(int origin) {
      return isOld
          ? "400101%02x 400204 0201fde9 400304 c0000201".formatted(origin)
          : attributes(origin);
    }

    OctetPeer peer() {
      return peer;
    }

    /// 10.x.y.0/24, 11.x.y.0/24 ...
    String prefix(char which) {
      return "180%s%04x".formatted(which, host);
    }

    /// With what stands in braces put in.
    String filled(String hex) {
      return hex.replace("{P}", prefix('a'))
          .replace("{A}", withLength(attributes(0)))
          .replace("{a}", attributes(0));
    }

    void say(String octets) throws IOException {
      peer.say(filled(octets));
    }

    /// What became of the peer's prefix: `W` withdrawn, `-` nothing new, or the attributes that are
    /// told of it now. The session must live: its sentinels must come through.
    String fate() throws IOException {
      // the second is told after all that was decided with the first
      String before = fateUntil(prefix('b'));
      String after = fateUntil(prefix('c'));
      return after.equals("-") ? before : after;
    }

    private String fateUntil(String sentinel) throws IOException {
      // never as it was told before, or nobody would hear of it
      peer.say(announcement(good(1 + sentinels++ / 2 % 2), sentinel));
      try {
        return follow(sentinel);
      } catch (SocketTimeoutException e) {
        throw new IOException("no sentinel; the peer hears " + ending(), e);
      }
    }

    private String follow(String sentinel) throws IOException {
      String fate = "-";
      while (true) {
        ToldUpdate update = ToldUpdate.of(observer.hearUntil(UPDATE).body());
        if (update.withdrawn().contains(prefix('a'))) {
          fate = "W";
        }
        if (update.announced().contains(prefix('a'))) {
          fate = update.attributes();
        }
        if (update.announced().contains(sentinel)) {
          return fate;
        }
      }
    }

    String ending() throws IOException {
      return peer.ending();
    }

    /// The session is over: the observer hears that its prefix is gone.
    void awaitGone() throws IOException {
      while (!ToldUpdate.of(observer.hearUntil(UPDATE).body()).withdrawn().contains(prefix('a'))) {}
    }

    void hangUp() throws IOException {
      peer.hangUp();
    }

    @Override
    public void close() throws IOException {
      peer.close();
    }
  }

  static String announcement(String attributes, String prefixes) {
    return message(UPDATE, "0000" + withLength(attributes) + prefixes);
  }

  static String withLength(String hex) {
    String octets = hex.replace(" ", "");
    return "%04x".formatted(octets.length() / 2) + octets;
  }

  /// The good attributes, with these in place of their like or behind them.
  String attributesWith(String odd) {
    StringBuilder all = new StringBuilder();
    for (String good : split(attributes(0))) {
      boolean isReplaced = odd.startsWith(good.substring(2, 4), 2);
      all.append(isReplaced ? "" : good);
    }
    return all + odd.replace(" ", "");
  }

  /// What the observer is told of good attributes and these, in order of their codes.
  String toldWith(String more) {
    List<String> all = new ArrayList<>(split(told(0)));
    for (String one : split(more)) {
      all.removeIf(it -> it.startsWith(one.substring(2, 4), 2));
      all.add(one);
    }
    all.sort((one, other) -> one.substring(2, 4).compareTo(other.substring(2, 4)));
    return String.join("", all);
  }

  private static List<String> split(String hex) {
    String octets = hex.replace(" ", "");
    List<String> attributes = new ArrayList<>();
    int at = 0;
    while (at < octets.length()) {
      boolean isExtended = (HexFormat.fromHexDigits(octets, at, at + 2) & 0x10) != 0;
      int lengthAt = at + 4;
      int value = lengthAt + (isExtended ? 4 : 2);
      int end = value + 2 * Integer.parseInt(octets, lengthAt, value, 16);
      attributes.add(octets.substring(at, end));
      at = end;
    }
    return attributes;
  }

  @Override
  public void close() {
    speaker.close();
    try {
      observer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What the two sides of a session agreed on in their OPENs; decides how bytes are read and
/// written.
///
/// @param identifier of the peer
/// @param fourOctetAs AS numbers have four octets on the wire (RFC 6793)
/// @param extendedMessages we may send up to 65,535 octets (RFC 8654)
/// @param refresh the peer understands ROUTE-REFRESH
/// @param enhancedRefresh it marks beginning and end (RFC 7313)
/// @param families of routes that may pass
/// @param gracefulRestart as the peer offered it
/// @param extendedNextHop IPv4 prefixes may have IPv6 next hops (RFC 8950)
/// @param addPath where path identifiers stand before prefixes (RFC 7911)
public record PeerTerms(
    PeerKind kind,
    AsNumber peerAs,
    IpAddress identifier,
    boolean fourOctetAs,
    boolean extendedMessages,
    boolean refresh,
    boolean enhancedRefresh,
    Set<Family> families,
    Optional<Capability.GracefulRestart> gracefulRestart,
    boolean extendedNextHop,
    AddPathTerms addPath) {

  private static final int MAX_MESSAGE = 4096;
  private static final int MAX_EXTENDED_MESSAGE = 65_535;

  public PeerTerms {
    families = Set.copyOf(families);
  }

  /// Without add-path.
  public PeerTerms(
      PeerKind kind,
      AsNumber peerAs,
      IpAddress identifier,
      boolean fourOctetAs,
      boolean extendedMessages,
      boolean refresh,
      boolean enhancedRefresh,
      Set<Family> families,
      Optional<Capability.GracefulRestart> gracefulRestart,
      boolean extendedNextHop) {
    this(
        kind,
        peerAs,
        identifier,
        fourOctetAs,
        extendedMessages,
        refresh,
        enhancedRefresh,
        families,
        gracefulRestart,
        extendedNextHop,
        AddPathTerms.NONE);
  }

  /// Nothing but the kind is known: enough to read an OPEN.
  public static PeerTerms beforeOpen(PeerKind kind) {
    return new PeerTerms(
        kind,
        new AsNumber(0),
        IpAddress.ofIpv4(0),
        true,
        false,
        false,
        false,
        Set.of(Family.values()),
        Optional.empty(),
        false);
  }

  public PeerTerms withExtendedNextHop(boolean changed) {
    return with(draft -> draft.extendedNextHop = changed);
  }

  /// For messages that no session limits: AS numbers of four octets, of any length and next hop.
  public static PeerTerms unlimited() {
    return beforeOpen(PeerKind.INTERNAL)
        .with(
            draft -> {
              draft.extendedMessages = true;
              draft.extendedNextHop = true;
            });
  }

  public PeerTerms withFourOctetAs(boolean fourOctets) {
    return with(draft -> draft.fourOctetAs = fourOctets);
  }

  public PeerTerms withAddPath(AddPathTerms changed) {
    return with(draft -> draft.addPath = changed);
  }

  /// The longest message we may send, in octets.
  public int maxMessage() {
    return extendedMessages ? MAX_EXTENDED_MESSAGE : MAX_MESSAGE;
  }

  /// In our own AS, not merely in our confederation.
  public boolean isInternal() {
    return kind == PeerKind.INTERNAL;
  }

  /// Neither in our AS nor in our confederation.
  public boolean isExternal() {
    return kind == PeerKind.EXTERNAL;
  }

  private PeerTerms with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// All components, to change one of them.
  private static final class Draft {
    private PeerKind kind;
    private AsNumber peerAs;
    private IpAddress identifier;
    private boolean fourOctetAs;
    private boolean extendedMessages;
    private boolean refresh;
    private boolean enhancedRefresh;
    private Set<Family> families;
    private Optional<Capability.GracefulRestart> gracefulRestart;
    private boolean extendedNextHop;
    private AddPathTerms addPath;

    private Draft(PeerTerms terms) {
      kind = terms.kind;
      peerAs = terms.peerAs;
      identifier = terms.identifier;
      fourOctetAs = terms.fourOctetAs;
      extendedMessages = terms.extendedMessages;
      refresh = terms.refresh;
      enhancedRefresh = terms.enhancedRefresh;
      families = terms.families;
      gracefulRestart = terms.gracefulRestart;
      extendedNextHop = terms.extendedNextHop;
      addPath = terms.addPath;
    }

    private PeerTerms done() {
      return new PeerTerms(
          kind,
          peerAs,
          identifier,
          fourOctetAs,
          extendedMessages,
          refresh,
          enhancedRefresh,
          families,
          gracefulRestart,
          extendedNextHop,
          addPath);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A session between us, host 1 in AS 64512, and a daemon of someone else, host 2 (`OwnNetwork`).
///
/// @param home where the daemon has its files
/// @param ourPort where we listen
/// @param theirPort where it listens
/// @param isIpv6 the session runs over IPv6
/// @param reflectsUs it is a route reflector, and we its client
/// @param isLasting it keeps routes over a restart, ours and its own
/// @param others hosts that it waits for, besides us: clients of a reflector, or each of AS 65000
///     and its number
record Wiring(
    Path home,
    int ourPort,
    int theirPort,
    boolean isIpv6,
    Caller caller,
    long theirAs,
    Optional<String> password,
    boolean hasAddPath,
    boolean reflectsUs,
    boolean isLasting,
    List<Integer> others) {

  static final long OUR_AS = 64512;
  static final long OTHER_AS = 4_200_000_002L;

  /// Who calls whom.
  enum Caller {
    WE,
    IT,
    BOTH
  }

  static Wiring of(Path home, Caller caller) {
    return new Wiring(
        home,
        Loopback.freePort(),
        Loopback.freePort(),
        false,
        caller,
        OTHER_AS,
        Optional.empty(),
        false,
        false,
        false,
        List.of());
  }

  Wiring overIpv6() {
    return new Wiring(
        home,
        ourPort,
        theirPort,
        true,
        caller,
        theirAs,
        password,
        hasAddPath,
        reflectsUs,
        isLasting,
        others);
  }

  Wiring withPassword(String wanted) {
    return new Wiring(
        home,
        ourPort,
        theirPort,
        isIpv6,
        caller,
        theirAs,
        Optional.of(wanted),
        hasAddPath,
        reflectsUs,
        isLasting,
        others);
  }

  Wiring withAddPath(List<Integer> tellers) {
    return new Wiring(
        home,
        ourPort,
        theirPort,
        isIpv6,
        caller,
        theirAs,
        password,
        true,
        reflectsUs,
        isLasting,
        tellers);
  }

  Wiring lasting() {
    return new Wiring(
        home,
        ourPort,
        theirPort,
        isIpv6,
        caller,
        theirAs,
        password,
        hasAddPath,
        reflectsUs,
        true,
        others);
  }

  /// Both in our AS.
  Wiring internal(boolean itReflects, List<Integer> clients) {
    return new Wiring(
        home,
        ourPort,
        theirPort,
        isIpv6,
        caller,
        OUR_AS,
        password,
        hasAddPath,
        itReflects,
        isLasting,
        clients);
  }

  IpAddress ours() {
    return host(1);
  }

  IpAddress theirs() {
    return host(2);
  }

  private IpAddress host(int number) {
    return isIpv6 ? OwnNetwork.ipv6(number) : OwnNetwork.ipv4(number);
  }

  boolean isInternal() {
    return theirAs == OUR_AS;
  }

  boolean weCall() {
    return caller != Caller.IT;
  }

  boolean itCalls() {
    return caller != Caller.WE;
  }

  /// Of one of the others.
  long asOf(int other) {
    return isInternal() ? theirAs : 65_000L + other;
  }
}

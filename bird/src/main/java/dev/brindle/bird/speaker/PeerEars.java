// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one peer is told while its session is up, an ear for each family. On the speaker's thread.
final class PeerEars {

  private final RouteEngine engine;
  private final BooleanSupplier mayEnd;
  private final Later later;
  private final List<PeerEar> ears = new ArrayList<>();

  /// Of a peer that is told nothing, but may ask.
  private final List<PeerEar> deaf = new ArrayList<>();

  /// By which the peer is told; null while there is no session.
  private @Nullable ExportPolicy policy;

  /// @param mayEnd whether End-of-RIB may be said
  PeerEars(RouteEngine engine, BooleanSupplier mayEnd, Later later) {
    this.engine = engine;
    this.mayEnd = mayEnd;
    this.later = later;
  }

  /// @param source the peer, whose own paths it is not told
  void begin(
      Conversation begun, int source, ExportPolicy told, PeerConfig peer, SessionDriver session) {
    policy = told;
    if (peer.routing().exports()) {
      listen(begun, source, told, session);
      return;
    }
    for (Family family : begun.terms().families()) {
      PeerEar ear = ear(begun, source, family, session, PeerEar::inStep);
      deaf.add(ear);
      ear.inStep();
    }
  }

  private void listen(Conversation current, int source, ExportPolicy told, SessionDriver session) {
    for (Family family : current.terms().families()) {
      PeerEar ear = ear(current, source, family, session, this::repeat);
      ears.add(ear);
      engine.join(family, ear, told);
    }
  }

  private PeerEar ear(
      Conversation current,
      int source,
      Family family,
      SessionDriver session,
      Consumer<PeerEar> again) {
    return new PeerEar(
        source, family, session, current.terms().enhancedRefresh(), mayEnd, again, later);
  }

  private void repeat(PeerEar ear) {
    ExportPolicy told = policy;
    if (told != null) {
      engine.move(ear.family(), ear, told, told);
    }
  }

  /// The same peer by another policy, if it is another: it hears what differs.
  void become(
      Conversation current,
      int source,
      ExportPolicy after,
      PeerConfig peer,
      SessionDriver session) {
    ExportPolicy before = policy;
    if (before == null || before.equals(after)) {
      return;
    }
    if (ears.isEmpty() && peer.routing().exports()) {
      listen(current, source, after, session);
    } else {
      ears.forEach(ear -> engine.move(ear.family(), ear, before, after));
    }
    policy = after;
  }

  void end() {
    ExportPolicy told = policy;
    if (told != null) {
      ears.forEach(ear -> engine.leave(ear.family(), ear, told));
    }
    ears.forEach(PeerEar::close);
    ears.clear();
    deaf.forEach(PeerEar::close);
    deaf.clear();
    policy = null;
  }

  // ---- what it wants

  /// It wants to hear a family again (RFC 2918).
  void asked(Family family) {
    Stream.concat(ears.stream(), deaf.stream())
        .filter(ear -> ear.family() == family)
        .toList()
        .forEach(PeerEar::asked);
  }

  void askedForAll() {
    ears.forEach(PeerEar::asked);
  }

  /// End-of-RIB may be said now, if nothing else is missing.
  void release() {
    ears.forEach(PeerEar::release);
    deaf.forEach(PeerEar::release);
  }

  // ---- what it has

  int advertised() {
    ExportPolicy told = policy;
    return told == null
        ? 0
        : ears.stream().mapToInt(ear -> engine.advertisedCount(ear.family(), ear, told)).sum();
  }

  boolean isAdvertised(Family family, int prefix) {
    ExportPolicy told = policy;
    return told != null
        && ears.stream()
            .anyMatch(it -> it.family() == family && engine.isAdvertised(family, prefix, it, told));
  }

  /// Which paths of a prefix it has of us, by their places in `RouteView.listed`.
  BitSet advertisedPaths(Family family, int prefix) {
    ExportPolicy told = policy;
    BitSet all = new BitSet();
    if (told != null) {
      ears.stream()
          .filter(it -> it.family() == family)
          .forEach(it -> all.or(engine.advertisedPaths(family, prefix, it, told)));
    }
    return all;
  }

  /// Prefixes whose news it has not been sent yet.
  int waiting() {
    ExportPolicy told = policy;
    return told == null
        ? 0
        : ears.stream().mapToInt(ear -> engine.waiting(ear.family(), ear, told)).sum();
  }

  List<Cidr> prefixes() {
    ExportPolicy told = policy;
    return told == null
        ? List.of()
        : ears.stream()
            .flatMap(ear -> engine.advertised(ear.family(), ear, told).stream())
            .toList();
  }

  /// As messages, in parts.
  ///
  /// @return where to go on, negative at the end
  int show(Family family, int source, int from, int most, ByteBuf out) {
    ExportPolicy told = policy;
    return told == null ? -1 : engine.showTold(family, source, told, from, most, out);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.AsNumber;
import java.util.List;
import java.util.Optional;

/// How the AS path is treated between us and a peer outside.
///
/// @param told what is put in front of a path the peer is told, nearest to the peer first; one or
///     two numbers
/// @param heard what is put in front of a path the peer tells, before filters see it
/// @param loops none of these may stand in what the peer tells
/// @param transparent what others outside told is passed on as they told it: path, next hop and MED
///     (RFC 7947 §2.2)
/// @param anyFirst what the peer tells need not begin with its AS: it is a route server itself
/// @param member may not stand in what a path has of a confederation: our AS, if the peer is in the
///     same one
public record PathManners(
    List<AsNumber> told,
    Optional<AsNumber> heard,
    List<AsNumber> loops,
    boolean transparent,
    boolean anyFirst,
    Optional<AsNumber> member) {

  private static final int MOST_TOLD = 2;

  /// @throws IllegalArgumentException if nothing, or too much, is put in front of what is told
  public PathManners {
    told = List.copyOf(told);
    loops = List.copyOf(loops);
    if (told.isEmpty() || told.size() > MOST_TOLD) {
      throw new IllegalArgumentException("%s in front of a path".formatted(told));
    }
  }

  /// We are one AS.
  public static PathManners of(AsNumber as) {
    return new PathManners(
        List.of(as), Optional.empty(), List.of(as), false, false, Optional.empty());
  }

  /// We are `local` for this peer, and `as` for others (RFC 7705 §3).
  ///
  /// @param noPrepend what the peer tells does not show `local`
  /// @param replaceAs what it is told shows `local` in place of `as`; it never learns of `as` then,
  ///     so `as` in its paths is somebody else
  public static PathManners of(AsNumber local, AsNumber as, boolean noPrepend, boolean replaceAs) {
    if (local.equals(as)) {
      return of(as);
    }
    List<AsNumber> ours = replaceAs ? List.of(local) : List.of(local, as);
    return new PathManners(
        ours,
        noPrepend ? Optional.empty() : Optional.of(local),
        ours,
        false,
        false,
        Optional.empty());
  }

  public PathManners withTransparent(boolean changed) {
    return new PathManners(told, heard, loops, changed, anyFirst, member);
  }

  public PathManners withAnyFirst(boolean changed) {
    return new PathManners(told, heard, loops, transparent, changed, member);
  }

  /// Within a confederation, for peers of our AS and of others in it (RFC 5065 §4): its number may
  /// stand nowhere in a path, our own only for somebody outside.
  public static PathManners within(AsNumber confederation, AsNumber member) {
    return new PathManners(
        List.of(member),
        Optional.empty(),
        List.of(confederation),
        false,
        false,
        Optional.of(member));
  }

  /// Whether the peer sees that a path of that source went through us.
  boolean shows(Source source) {
    return !transparent || source.kind() != Source.Kind.EXTERNAL;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// A control packet without authentication (RFC 5880 §4.1). Times are microseconds, and like the
/// discriminators unsigned 32 bits.
///
/// @param isIndependent the sender's BFD goes on while its control plane restarts (C)
/// @param isDemand the sender wants no periodic packets while both are up (D)
/// @param multiplier so many lost packets in a row mean loss of the path
/// @param your discriminator of the receiver; 0 while it is not known
/// @param minRx the shortest interval the sender takes; 0: no periodic packets at all
public record BfdPacket(
    int diagnostic,
    BfdState state,
    boolean isPoll,
    boolean isFinal,
    boolean isIndependent,
    boolean isDemand,
    int multiplier,
    long my,
    long your,
    long minTx,
    long minRx,
    long minEchoRx) {}

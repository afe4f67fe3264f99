// SPDX-License-Identifier: Apache-2.0
/// A cluster whose nodes have a network each, which Kubernetes gave them, and no blocks of ours.
@NullMarked
package dev.brindle.datastore.podcidr;

import org.jspecify.annotations.NullMarked;

/** A worker that ends while it starts. */
process.stderr.write('no such queue: astra-nowhere\n');
process.exitCode = 1;

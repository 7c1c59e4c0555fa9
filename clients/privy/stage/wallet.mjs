import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak_256 } from '@noble/hashes/sha3';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils';

/** An Ethereum account. */
export class Wallet {
  #key = secp256k1.utils.randomPrivateKey();

  /** In lower case, as wallets hand it out. */
  get address() {
    const point = secp256k1.getPublicKey(this.#key, false).slice(1);
    return `0x${bytesToHex(keccak_256(point).slice(-20))}`;
  }

  /** EIP-191, as `personal_sign` does it. */
  sign(message) {
    const prefix = utf8ToBytes(`\x19Ethereum Signed Message:\n${message.length}`);
    const signature = secp256k1.sign(keccak_256(concatBytes(prefix, message)), this.#key);
    return `0x${signature.toCompactHex()}${(27 + signature.recovery).toString(16)}`;
  }

  /**
   * Puts the wallet into every page of a browser window, as an extension does (EIP-1193, EIP-6963).
   * `declines` is somebody who closes the wallet's window, and without `answers` nobody looks at it.
   */
  async inject(window, { name = 'Test Wallet', declines = false, answers = true } = {}) {
    const uuid = crypto.randomUUID();
    await window.exposeFunction(`wallet_${uuid.replaceAll('-', '')}`, (method, params) => {
      if (!answers) return new Promise(() => {});
      switch (method) {
        case 'eth_requestAccounts':
          return declines ? { refused: 4001 } : { result: [this.address] };
        case 'eth_chainId':
          return { result: '0x1' };
        case 'personal_sign':
          return { result: this.sign(hexToBytes(params[0].slice(2))) };
        default:
          return { refused: 4200 };
      }
    });
    await window.addInitScript(announce, { uuid, name, icon: ICON });
  }
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" rx=".2" fill="#4b5bdc"/></svg>',
)}`;

/** Runs in the page. */
function announce({ uuid, name, icon }) {
  const provider = {
    async request({ method, params = [] }) {
      const { result, refused } = await window[`wallet_${uuid.replaceAll('-', '')}`](method, params);
      if (refused) throw Object.assign(new Error('refused'), { code: refused });
      return result;
    },
  };
  const detail = Object.freeze({ info: { uuid, name, icon, rdns: 'com.example.wallet' }, provider });
  const tell = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  window.addEventListener('eip6963:requestProvider', tell);
  tell();
}

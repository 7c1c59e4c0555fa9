//! What the simulator plays: the whole of Privy, with its state.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{Clock as _, Milliseconds};
use countersign_identity::privy::{
    DeviceError, DeviceTokens, Privy, PrivyConfig, PrivyFault, PrivySecret, RefreshError,
    TokenRefusal, UserError,
};
use countersign_privy_simulator::{Fault, Simulator, SimulatorConfig, Verdict};

use super::world::{BEGIN, JWKS, MINUTE, ORIGIN, SECOND, TOKEN, api, key};
use crate::world::ManualClock;

const ADA: &str = "ada@example.com";

struct World {
    simulator: Simulator,
    clock: Arc<ManualClock>,
    privy: Privy,
}

impl World {
    async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    async fn with(change: impl FnOnce(&mut PrivyConfig, &Simulator)) -> Self {
        let clock = Arc::new(ManualClock::at(1_795_428_329_000));
        let now = Arc::clone(&clock);
        let simulator = Simulator::start(SimulatorConfig {
            now: Arc::new(move || now.now().as_millis()),
            ..SimulatorConfig::default()
        })
        .await
        .unwrap();
        let app = simulator.app();
        let mut config = PrivyConfig {
            app_id: app.id.clone(),
            app_secret: PrivySecret::new(app.secret.clone()),
            client_id: Some(app.client_id.clone()),
            verification_key: None,
            api_url: simulator.url().into(),
            auth_url: simulator.url().into(),
            origin: ORIGIN.into(),
        };
        change(&mut config, &simulator);
        Self {
            privy: Privy::new(config, api(), clock.clone()).unwrap(),
            clock,
            simulator,
        }
    }

    fn access_token(&self) -> String {
        self.simulator.sign_in(ADA).unwrap().access_token
    }

    fn keys_fetched(&self) -> usize {
        self.simulator.count("GET", JWKS)
    }

    /// A device grant that Ada has approved.
    async fn device(&self) -> DeviceTokens {
        let did = self.simulator.sign_in(ADA).unwrap().did;
        let begun = self.privy.begin_device().await.ok().unwrap();
        self.simulator
            .decide_device(&begun.user_code, &did, true)
            .unwrap();
        let tokens = self.privy.redeem_device(&begun.device_code).await;
        tokens.ok().unwrap()
    }

    async fn redeem(&self, device_code: &PrivySecret) -> Result<(), DeviceError> {
        self.privy.redeem_device(device_code).await.map(drop)
    }

    async fn refresh(&self, token: &PrivySecret) -> Result<DeviceTokens, RefreshError> {
        self.privy.refresh(token).await
    }
}

#[tokio::test]
async fn judges_the_nineteen_tokens_as_privys_own_library_does() {
    let published = World::new().await;
    let vectors = published.simulator.vectors().unwrap();
    assert_eq!(vectors.len(), 19);
    for vector in vectors {
        let accepted = published.privy.verify(&vector.token).await.is_ok();
        let expected = vector.verdict == Verdict::Accepted;
        assert_eq!(accepted, expected, "{} with a key set", vector.name);
    }
    let pinned = World::with(|config, simulator| {
        config.verification_key = Some(simulator.verification_key());
    })
    .await;
    for vector in pinned.simulator.vectors().unwrap() {
        let accepted = pinned.privy.verify(&vector.token).await.is_ok();
        let expected = vector.verdict != Verdict::Rejected;
        assert_eq!(accepted, expected, "{} with a pinned key", vector.name);
    }
    assert_eq!(pinned.keys_fetched(), 0);
}

#[tokio::test]
async fn of_a_sign_ins_tokens_only_the_access_token_is_believed() {
    let world = World::new().await;
    world
        .simulator
        .configure(|settings| settings.privy_access_token = true);
    let tokens = world.simulator.sign_in(ADA).unwrap();
    let verified = world.privy.verify(&tokens.access_token).await.unwrap();
    assert_eq!(verified.did, tokens.did);
    assert_eq!(verified.session_id, tokens.session_id);
    for (other, refusal) in [
        (tokens.identity_token, TokenRefusal::NotAnAccessToken),
        (tokens.privy_access_token, TokenRefusal::WrongApp),
    ] {
        assert_eq!(world.privy.verify(&other.unwrap()).await, Err(refusal));
    }
}

#[tokio::test]
async fn a_rotated_key_is_fetched_once_and_the_old_one_holds_while_published() {
    let world = World::new().await;
    let old = world.access_token();
    world.privy.verify(&old).await.unwrap();
    world.simulator.rotate_key(true).unwrap();
    let new = world.access_token();
    for token in [&new, &old, &new] {
        world.privy.verify(token).await.unwrap();
    }
    assert_eq!(world.keys_fetched(), 2);
    world.simulator.rotate_key(false).unwrap();
    world.clock.advance(MINUTE);
    world.privy.verify(&world.access_token()).await.unwrap();
    assert_eq!(world.keys_fetched(), 3);
    let refused = world.privy.verify(&new).await;
    assert_eq!(refused, Err(TokenRefusal::UnknownKey));
    assert_eq!(world.keys_fetched(), 3);
}

#[tokio::test]
async fn privy_may_be_gone_for_hours_once_its_keys_are_known() {
    let mut world = World::new().await;
    let cold = world.access_token();
    world.simulator.go_offline().await;
    let refused = world.privy.verify(&cold).await.unwrap_err();
    assert!(refused.is_transient());

    world.simulator.go_online().await.unwrap();
    world.privy.verify(&cold).await.unwrap();
    world.simulator.go_offline().await;
    for _ in 0..6 {
        world.clock.advance(60 * MINUTE);
        let token = world.access_token();
        world.privy.verify(&token).await.unwrap();
    }
    assert_eq!(world.keys_fetched(), 1);
    world.simulator.go_online().await.unwrap();
    world.clock.advance(30 * SECOND);
    world.privy.verify(&world.access_token()).await.unwrap();
    assert_eq!(world.keys_fetched(), 2);
}

#[tokio::test]
async fn a_person_is_read_and_missed() {
    let world = World::new().await;
    let did = world.simulator.sign_in(ADA).unwrap().did;
    let profile = world.privy.user(&did).await.unwrap();
    assert_eq!(profile.email.as_deref(), Some(ADA));
    assert_eq!(profile.accounts[0].kind, "email");

    let path = format!("/v1/users/{did}");
    world.simulator.fault(Fault::status(&path, 503));
    let unavailable = world.privy.user(&did).await.unwrap_err();
    assert!(matches!(unavailable, UserError::Unavailable(_)));
    world.simulator.fault(Fault {
        retry_after: Some(7),
        ..Fault::status(&path, 429)
    });
    let Err(UserError::Unavailable(outage)) = world.privy.user(&did).await else {
        panic!("429 is an outage");
    };
    assert_eq!(outage.retry_after(), Some(Duration::from_secs(7)));

    world.simulator.delete_user(ADA).unwrap();
    assert_eq!(world.privy.user(&did).await, Err(UserError::Gone));
}

#[tokio::test]
async fn the_apps_configuration_follows_the_dashboard() {
    let world = World::new().await;
    let app = world.privy.app().await.unwrap();
    assert!(app.methods.email && app.methods.sms && app.methods.passkey);
    assert!(app.methods.oauth.contains(&"google".to_owned()));
    world.simulator.configure(|settings| {
        settings.app.insert("sms_auth".into(), false.into());
        settings.captcha = Some(countersign_privy_simulator::Captcha::default());
    });
    world.clock.advance(5 * MINUTE);
    let app = world.privy.app().await.unwrap();
    assert!(app.methods.email && !app.methods.sms);
    assert_eq!(app.captcha.as_ref().unwrap().provider, "turnstile");
}

#[tokio::test]
async fn a_device_grant_waits_for_its_person() {
    let world = World::new().await;
    let did = world.simulator.sign_in(ADA).unwrap().did;
    let begun = world.privy.begin_device().await.ok().unwrap();
    let redeem = || world.redeem(&begun.device_code);
    assert_eq!(redeem().await, Err(DeviceError::Pending));
    assert_eq!(
        redeem().await,
        Err(DeviceError::SlowDown {
            interval: Duration::from_secs(10)
        })
    );
    world
        .simulator
        .decide_device(&begun.user_code, &did, true)
        .unwrap();
    let tokens = world.privy.redeem_device(&begun.device_code).await;
    let tokens = tokens.ok().unwrap();
    let verified = world
        .privy
        .verify_device_token(tokens.access_token.expose())
        .await
        .unwrap();
    assert_eq!(verified.did, did);
    assert_eq!(verified.expires_at, tokens.expires_at);
    assert_eq!(redeem().await, Err(DeviceError::Expired), "redeemed before");
}

#[tokio::test]
async fn a_device_grant_that_is_denied_or_too_old_gives_nothing() {
    let world = World::new().await;
    let did = world.simulator.sign_in(ADA).unwrap().did;
    let begun = world.privy.begin_device().await.ok().unwrap();
    world
        .simulator
        .decide_device(&begun.user_code, &did, false)
        .unwrap();
    let denied = world.redeem(&begun.device_code).await;
    assert_eq!(denied, Err(DeviceError::Denied));

    let begun = world.privy.begin_device().await.ok().unwrap();
    world
        .clock
        .advance(begun.expires_at.since(world.clock.now()));
    let expired = world.redeem(&begun.device_code).await;
    assert_eq!(expired, Err(DeviceError::Expired));
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_replay_ends_the_session() {
    let world = World::new().await;
    let first = world.device().await;
    let second = world.refresh(&first.refresh_token).await.ok().unwrap();
    assert_ne!(first.refresh_token.expose(), second.refresh_token.expose());
    let replayed = world.refresh(&first.refresh_token).await.err();
    assert_eq!(replayed, Some(RefreshError::Dead));
    let next = world.refresh(&second.refresh_token).await.err();
    assert_eq!(next, Some(RefreshError::Dead));
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_is_an_outage_and_then_the_end() {
    let world = World::new().await;
    let tokens = world.device().await;
    world.simulator.fault(Fault::answer_lost(TOKEN));
    let asked = world.simulator.count("POST", TOKEN);
    let lost = world.refresh(&tokens.refresh_token).await.err();
    assert!(matches!(lost, Some(RefreshError::Unavailable(_))));
    assert_eq!(world.simulator.count("POST", TOKEN), asked + 1);
    let dead = world.refresh(&tokens.refresh_token).await.err();
    assert_eq!(dead, Some(RefreshError::Dead));
}

#[tokio::test]
async fn a_refresh_that_never_arrived_costs_nothing() {
    let world = World::new().await;
    let tokens = world.device().await;
    world.simulator.fault(Fault::request_lost(TOKEN));
    world.simulator.fault(Fault::status(TOKEN, 500));
    world.simulator.fault(Fault::status(TOKEN, 429));
    for _ in 0..3 {
        let unavailable = world.refresh(&tokens.refresh_token).await.err();
        assert!(matches!(unavailable, Some(RefreshError::Unavailable(_))));
    }
    assert!(world.refresh(&tokens.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_session_that_was_ended_at_privy_is_dead() {
    let world = World::new().await;
    let tokens = world.device().await;
    world.simulator.revoke(ADA).unwrap();
    let dead = world.refresh(&tokens.refresh_token).await.err();
    assert_eq!(dead, Some(RefreshError::Dead));
}

#[tokio::test]
async fn a_revocation_ends_this_grant_and_no_other() {
    let world = World::new().await;
    let (ours, other) = (world.device().await, world.device().await);
    assert_eq!(world.privy.revoke(&ours.refresh_token).await, Ok(()));
    let deleted = world
        .simulator
        .requests()
        .iter()
        .filter(|request| request.method == "DELETE" && request.status == Some(200))
        .count();
    assert_eq!(deleted, 1);
    let dead = world.refresh(&ours.refresh_token).await.err();
    assert_eq!(dead, Some(RefreshError::Dead));
    assert!(world.refresh(&other.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_revocation_spends_the_token_even_where_privy_does_not_take_it() {
    let world = World::new().await;
    let tokens = world.device().await;
    let grants = Fault::status("/api/oauth/v2/grants", 404);
    world.simulator.fault(grants.times(0));
    assert_eq!(world.privy.revoke(&tokens.refresh_token).await, Ok(()));
    let dead = world.refresh(&tokens.refresh_token).await.err();
    assert_eq!(dead, Some(RefreshError::Dead));
}

async fn check(change: impl FnOnce(&mut PrivyConfig, &Simulator)) -> Result<(), PrivyFault> {
    World::with(change).await.privy.check(true).await
}

#[tokio::test]
async fn each_wrong_key_of_the_configuration_is_named() {
    let nobodys = || key().public().to_p256_public_pem().unwrap();
    assert_eq!(check(|_, _| {}).await, Ok(()));
    assert_eq!(
        check(|config, simulator| config.verification_key = Some(simulator.verification_key()))
            .await,
        Ok(())
    );
    assert_eq!(
        check(|config, _| config.app_id = "clsimulator0000000000bbbb".into()).await,
        Err(PrivyFault::AppId)
    );
    assert_eq!(
        check(|config, _| config.app_secret = PrivySecret::new("wrong".into())).await,
        Err(PrivyFault::AppSecret)
    );
    assert_eq!(
        check(|config, _| config.client_id = Some("client-other".into())).await,
        Err(PrivyFault::ClientId)
    );
    assert_eq!(
        check(|config, _| config.verification_key = Some(nobodys())).await,
        Err(PrivyFault::VerificationKey)
    );
    let off = |_: &mut PrivyConfig, simulator: &Simulator| {
        simulator.configure(|settings| settings.device.enabled = false);
    };
    assert_eq!(check(off).await, Err(PrivyFault::DeviceNotEnabled));
}

#[tokio::test]
async fn a_check_fetches_each_thing_once_and_reads_nobodys_data() {
    let world = World::new().await;
    world.simulator.sign_in(ADA).unwrap();
    world.privy.check(true).await.unwrap();
    let requests = world.simulator.requests();
    assert_eq!(requests.len(), 4);
    assert_eq!(world.simulator.count("POST", BEGIN), 1);
    let users = requests.iter().find(|it| it.path.contains("/users/"));
    assert_eq!(users.unwrap().status, Some(404));
}

#[tokio::test]
async fn while_privy_is_away_the_configuration_may_be_right() {
    let mut world = World::new().await;
    world.simulator.go_offline().await;
    let fault = world.privy.check(true).await.unwrap_err();
    assert!(matches!(fault, PrivyFault::Unreachable(_)));
}

#[tokio::test]
async fn verifications_at_the_same_time_fetch_the_keys_once() {
    const HELD_BACK: Milliseconds = 20;
    let world = World::new().await;
    world.simulator.fault(Fault {
        delay_ms: HELD_BACK.try_into().unwrap(),
        ..Fault::at(JWKS)
    });
    let verifications: Vec<_> = (0..32)
        .map(|_| {
            let (privy, token) = (world.privy.clone(), world.access_token());
            tokio::spawn(async move { privy.verify(&token).await })
        })
        .collect();
    for verification in verifications {
        verification.await.unwrap().unwrap();
    }
    assert_eq!(world.keys_fetched(), 1);
}
